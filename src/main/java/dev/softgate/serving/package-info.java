/**
 * A trained network for other programs: images in, plain records out. No tensors or native types
 * are visible, and any thread may call. Start with {@link dev.softgate.serving.SkippingClassifier};
 * docs/guides/serve.md has an example.
 */
@NullMarked
package dev.softgate.serving;

import org.jspecify.annotations.NullMarked;
