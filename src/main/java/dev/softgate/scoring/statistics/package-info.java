/**
 * Statistics of many images or a few seeds, with intervals, in plain Java and double precision.
 *
 * <p>What enters are arrays with a value an image (or a seed); what leaves are numbers, each as an
 * {@link dev.softgate.scoring.statistics.Estimate} where an interval belongs to it. Whatever
 * depends on the order of values treats equal values alike: no result depends on the order of the
 * images. Resampling is seeded.
 *
 * <p>May use no other package of Softgate. Start with {@link
 * dev.softgate.scoring.statistics.Ranking}, which holds a score to a known truth.
 */
@NullMarked
package dev.softgate.scoring.statistics;

import org.jspecify.annotations.NullMarked;
