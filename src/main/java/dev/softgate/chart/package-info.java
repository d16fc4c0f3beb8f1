/**
 * Charts as SVG text: what enters are numbers and names, what leaves is markup that needs nothing
 * else, within an HTML page or as a file of its own. The same numbers give the same bytes.
 *
 * <p>It uses no other package. Start with {@link dev.softgate.chart.Chart}.
 */
@NullMarked
package dev.softgate.chart;

import org.jspecify.annotations.NullMarked;
