/**
 * Statistics of many images or a few seeds, with intervals, in plain Java and double precision.
 *
 * <p>The input consists of arrays with one value per image (or seed). The results are numbers, as
 * an {@link dev.softgate.scoring.statistics.Estimate} if they have an interval. Measures that
 * depend on an order treat equal values alike, so no result depends on the order of the images.
 * Resampling is seeded.
 *
 * <p>May use no other package of Softgate. Start with {@link
 * dev.softgate.scoring.statistics.Ranking}, which compares a score with a known truth.
 */
@NullMarked
package dev.softgate.scoring.statistics;

import org.jspecify.annotations.NullMarked;
