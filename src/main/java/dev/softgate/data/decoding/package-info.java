/**
 * From image files to RGB bytes: PNG, JPEG, WebP, GIF, BMP and TIFF.
 *
 * <p>{@link dev.softgate.data.decoding.ImageDecoder} is the way in. It tells a file's format by
 * content ({@code ImageFormat}), checks the size that the header states, decodes, converts colors
 * ({@link dev.softgate.data.decoding.PixelColors}), and turns the image upright ({@code
 * Orientation}). {@link dev.softgate.data.decoding.Resampling} changes its size. ImageIO decodes
 * most formats; {@code JpegFile} and {@code WebpFile} take files apart that its readers refuse or
 * misread, and {@code Vp8Frame} decodes lossy WebP.
 *
 * <p>Files are not trusted: every length is checked before memory is allocated for it, and a file
 * that cannot be read is a {@link dev.softgate.BadInputException} of one line, never another
 * exception. The package may use {@code interop}.
 */
@NullMarked
package dev.softgate.data.decoding;

import org.jspecify.annotations.NullMarked;
