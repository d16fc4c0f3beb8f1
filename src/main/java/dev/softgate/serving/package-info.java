/**
 * A trained network for other programs.
 *
 * <p>What enters are a run's folder and images; what leaves are plain records. No tensor and no
 * native type is in sight, and any thread may call. May use {@code data}, {@code evaluation},
 * {@code experiment}, {@code gate}, {@code model}, {@code scoring}, {@code torch} and {@code
 * training}. Start with {@link dev.softgate.serving.SkippingClassifier}; docs/serving.md has an
 * example.
 */
@NullMarked
package dev.softgate.serving;

import org.jspecify.annotations.NullMarked;
