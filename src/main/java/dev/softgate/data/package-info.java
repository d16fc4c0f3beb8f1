/**
 * From files to batches: what comes in is a data set's name and a folder, what goes out is plain
 * Java arrays, normalized and channels last, one batch at a time.
 *
 * <p>{@link dev.softgate.data.Datasets#load} is the way in. It returns a {@link
 * dev.softgate.data.Dataset}: two {@link dev.softgate.data.ImageSet}s, train and test, as bytes in
 * memory. CIFAR is read from its official binary files, unpacked or still in their archive, and
 * downloaded where it is absent; {@link dev.softgate.data.SyntheticDataset} is generated; folders
 * of images are decoded. A {@link dev.softgate.data.Split} then says which train images are held
 * out for validation, {@link dev.softgate.data.Subset} takes fewer, a {@link
 * dev.softgate.data.LabelFile} gives the train images other labels, {@link
 * dev.softgate.data.HumanHardness} says how hard people found images, and a {@link
 * dev.softgate.data.BatchLoader} hands out {@link dev.softgate.data.Batch}es, made ahead on one
 * thread by {@code BatchAssembly}, where the cropping, mirroring and normalizing is.
 *
 * <p>Three rules hold throughout. An image's <i>id</i> is its index in its {@code ImageSet}, and
 * splits, batches and label files all speak of ids. Everything drawn at random is a pure function
 * of words that name it ({@code SplitMix64}): the order of an epoch of seed and epoch, what happens
 * to an image of seed, epoch and id; so neither threads nor a resumed run change a pixel. And files
 * are not trusted: sizes are checked before room is made, and whatever is wrong with them becomes a
 * {@link dev.softgate.BadInputException} of one line, never another exception.
 *
 * <p>The package uses the JDK and Commons Compress (for tar) and nothing else of Softgate but that
 * exception; it knows no tensors, so it can be read and tested without the native libraries.
 */
@NullMarked
package dev.softgate.data;

import org.jspecify.annotations.NullMarked;
