/**
 * The file formats in which Softgate meets other programs, in plain Java.
 *
 * <p>What enters and leaves are plain values: named {@link HostTensor}s (an element type, a shape
 * and little-endian bytes on the Java heap), text metadata, and the scalars and histograms of a
 * training. Turning a host tensor into a native one, and deciding what a tensor's name means, is
 * the business of the packages above; this one knows bytes only.
 *
 * <p>Two rules hold throughout. What is read is not trusted: a parser checks every length, offset
 * and name before it uses it, and whatever is wrong with a file ends in one {@link
 * dev.softgate.BadInputException} that names the file, never in a crash or a half-read value. What
 * is written appears whole or not at all: {@link AtomicFiles} writes beside the target, forces the
 * bytes to the disk and renames, so that a process killed at any moment leaves the old file or the
 * new one.
 *
 * <p>PyTorch's checkpoints are programs, and have a package of their own, {@code interop.pytorch}.
 *
 * <p>The package uses the JDK, Jackson for the JSON of headers and protobuf's output stream for
 * event files; of Softgate, only the root package. Start with {@link Safetensors}, the format of
 * checkpoints; {@link TensorBoardWriter} writes the event files that overlay with the published
 * ones.
 */
@NullMarked
package dev.softgate.interop;

import org.jspecify.annotations.NullMarked;
