/**
 * From image files to RGB bytes: PNG, JPEG, WebP, GIF, BMP and TIFF.
 *
 * <p>{@link dev.softgate.data.decoding.ImageDecoder} is the way in. ImageIO decodes most formats;
 * {@code JpegFile} and {@code WebpFile} take files apart that its readers refuse or misread, and
 * {@code Vp8Frame} decodes lossy WebP.
 *
 * <p>Files are not trusted: every length is checked before memory is allocated for it, and a file
 * that cannot be read is a {@link dev.softgate.BadInputException} of one line.
 */
@NullMarked
package dev.softgate.data.decoding;

import org.jspecify.annotations.NullMarked;
