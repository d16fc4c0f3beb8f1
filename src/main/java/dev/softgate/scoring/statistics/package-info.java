/**
 * Statistics of many images or a few seeds, with intervals, in plain Java and double precision.
 * Arrays with one value per image (or seed) enter; numbers leave, as an {@link
 * dev.softgate.scoring.statistics.Estimate} if they have an interval. No result depends on the
 * order of the images, also where values are equal. Resampling is seeded.
 *
 * <p>May use no other package of Softgate. Start with {@link
 * dev.softgate.scoring.statistics.Ranking}, which compares a score with a known truth.
 */
@NullMarked
package dev.softgate.scoring.statistics;

import org.jspecify.annotations.NullMarked;
