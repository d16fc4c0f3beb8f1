/**
 * Charts as SVG text. The input consists of numbers and names; the result is self-contained markup
 * for an HTML page or a file. The same numbers give the same bytes.
 *
 * <p>It uses no other package. Start with {@link dev.softgate.chart.Chart}.
 */
@NullMarked
package dev.softgate.chart;

import org.jspecify.annotations.NullMarked;
