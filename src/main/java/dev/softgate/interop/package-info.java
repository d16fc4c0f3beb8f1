/**
 * The file formats that Softgate shares with other programs, in plain Java.
 *
 * <p>Input and output are plain values: named {@link HostTensor}s (an element type, a shape and
 * little-endian bytes on the Java heap), text metadata, and the scalars and histograms of a
 * training. This package knows only bytes; the packages above convert host tensors to native ones
 * and give meaning to their names.
 *
 * <p>Two rules hold. Input is not trusted: a parser checks every length, offset and name before it
 * uses it, and any problem with a file ends in one {@link dev.softgate.BadInputException} that
 * names the file, never in a crash or a half-read value. Output appears completely or not at all:
 * {@link AtomicFiles} writes beside the target, forces the bytes to the disk and renames, so that a
 * process killed at any moment leaves the old file or the new one.
 *
 * <p>PyTorch's checkpoints are programs and have their own package, {@code interop.pytorch}.
 *
 * <p>The package uses the JDK, Jackson for the JSON of headers and protobuf's output stream for
 * event files; of Softgate, only the root package. Start with {@link Safetensors}, the format of
 * checkpoints; {@link TensorBoardWriter} writes event files that can be compared with the published
 * ones.
 */
@NullMarked
package dev.softgate.interop;

import org.jspecify.annotations.NullMarked;
