/**
 * A page on loopback where the user decides about suspect labels, one image at a time, and the file
 * of these decisions.
 *
 * <p>A list of suspects enters ({@code suspects.csv}); {@code decisions.csv} leaves. A decision is
 * on the disk before the page shows the next image. Start with {@link
 * dev.softgate.review.DecisionsFile}.
 */
@NullMarked
package dev.softgate.review;

import org.jspecify.annotations.NullMarked;
