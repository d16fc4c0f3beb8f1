/**
 * What is in a set of images, and what is wrong with it, before anything is trained.
 *
 * <p>{@link dev.softgate.data.check.SetCheck} is the way in: {@link
 * dev.softgate.data.check.CheckedSet} names the images and decodes them one by one, {@link
 * dev.softgate.data.check.ImageMeasures} measures each, and a {@link
 * dev.softgate.data.check.SetReport} leaves. No more images are held decoded than there are
 * threads, so the size of a set is bounded by some 500 bytes an image.
 *
 * <p>The package needs no network and no native library. Where the features of a network are at
 * hand, {@link dev.softgate.data.check.FeatureNeighbors} adds what they tell.
 */
@NullMarked
package dev.softgate.data.check;

import org.jspecify.annotations.NullMarked;
