/**
 * The file formats that Softgate shares with other programs, in plain Java.
 *
 * <p>Two rules hold. Input is not trusted: a parser checks every length, offset and name before it
 * uses it, and any problem with a file ends in one {@link dev.softgate.BadInputException} that
 * names the file. Files are read, not mapped: if another process truncates a mapped file, the JVM
 * crashes. Output appears completely or not at all ({@link AtomicFiles}).
 *
 * <p>The package knows only bytes; the packages above give meaning to names. Start with {@link
 * Safetensors}, the format of checkpoints. PyTorch's have their own package, {@code
 * interop.pytorch}.
 */
@NullMarked
package dev.softgate.interop;

import org.jspecify.annotations.NullMarked;
