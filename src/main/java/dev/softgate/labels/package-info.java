/**
 * Which labels seem wrong, from files alone: given labels and any model's predicted probabilities
 * come in, a table with a row for each image goes out. The probabilities are read several times and
 * never kept, so files may be larger than the heap. No native library is loaded.
 *
 * <p>May use {@code interop}, {@code scoring.labels}. Start with {@link
 * dev.softgate.labels.LabelsReporter}.
 */
@NullMarked
package dev.softgate.labels;

import org.jspecify.annotations.NullMarked;
