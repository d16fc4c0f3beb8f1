/**
 * From files to batches. A name and a folder enter; plain Java arrays leave, normalized and
 * channels last, one batch at a time.
 *
 * <p>{@link dev.softgate.data.Datasets#load} is the way in. It returns a {@link
 * dev.softgate.data.Dataset}: two {@link dev.softgate.data.ImageSet}s, train and test. CIFAR is
 * read from its official binary files, unpacked or in their archive, and downloaded if it is
 * absent. {@link dev.softgate.data.SyntheticDataset} is generated. Folders of images are decoded by
 * {@link dev.softgate.data.decoding} into an {@link dev.softgate.data.ImageStore}: the heap, or a
 * mapped file if the images exceed it.
 *
 * <p>A {@link dev.softgate.data.Division} chooses the images that a run uses: a {@link
 * dev.softgate.data.Split} holds train images out for validation, and {@link
 * dev.softgate.data.Subset} applies limits. A {@link dev.softgate.data.LabelFile} replaces the
 * train labels; {@link dev.softgate.data.HumanHardness} knows how hard people found images. {@link
 * dev.softgate.data.BatchLoader} hands out {@link dev.softgate.data.Batch}es, which {@code
 * BatchAssembly} crops, mirrors and normalizes ahead on one thread.
 *
 * <p>Three rules hold throughout. An image's <i>id</i> is its index in its {@code ImageSet};
 * splits, batches and label files refer to images by id. Random draws are pure functions of the
 * words that name them ({@link dev.softgate.data.SplitMix64}): the order of an epoch depends on
 * seed and epoch, the augmentation of an image on seed, epoch and id, so neither threads nor a
 * resumed run change a pixel. Files are not trusted: sizes are checked before memory is allocated,
 * and every fault in them becomes a {@link dev.softgate.BadInputException} of one line.
 *
 * <p>The package knows no tensors, so it can be read and tested without the native libraries.
 */
@NullMarked
package dev.softgate.data;

import org.jspecify.annotations.NullMarked;
