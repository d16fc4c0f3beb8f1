/**
 * From files to batches. A name and a folder enter; plain Java arrays leave, normalized and
 * channels last, one batch at a time.
 *
 * <p>{@link dev.softgate.data.Datasets#load} is the way in and returns a {@link
 * dev.softgate.data.Dataset} of two {@link dev.softgate.data.ImageSet}s. A {@link
 * dev.softgate.data.Division} chooses the images that a run uses. {@link
 * dev.softgate.data.BatchLoader} hands out {@link dev.softgate.data.Batch}es.
 *
 * <p>Three rules hold throughout. An image's <i>id</i> is its index in its {@code ImageSet};
 * splits, batches and label files refer to images by id. Random draws are pure functions of the
 * words that name them ({@link dev.softgate.data.SplitMix64}), so neither threads nor a resumed run
 * change a pixel. Files are not trusted: sizes are checked before memory is allocated, and every
 * fault becomes a {@link dev.softgate.BadInputException} of one line.
 *
 * <p>The package knows no tensors, so it can be tested without the native libraries.
 */
@NullMarked
package dev.softgate.data;

import org.jspecify.annotations.NullMarked;
