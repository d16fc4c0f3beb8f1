package dev.softgate.data;

import dev.softgate.interop.OneLine;
import dev.softgate.interop.Sha256;
import java.util.Arrays;
import java.util.List;

/**
 * A data set: images to train on and images to test on, all of one size. A {@link Split} says which
 * of {@code train} are held out for validation; some sets say so themselves.
 *
 * <p>{@link #sha256} is a hash of the content, so an archive and the folder unpacked from it have
 * the same one. It covers, for {@code train} and then for {@code test}: N, C, H, W and the N labels
 * as little-endian int32; the pixels of the loaded images, C×H×W bytes each, by ascending id; and,
 * if not all images are loaded, the ids of the loaded ones. The ids that the set holds out for
 * validation follow, if there are any.
 *
 * @param name {@code cifar10}, {@code cifar100}, {@code synthetic}, {@code folder:DIR}, {@code
 *     list:FILE.csv} or {@code idx:DIR}
 * @param classNames K names, in the order of the class ids
 * @param test may have no images
 * @param sha256 in lower-case hexadecimal
 * @param source one line for people: where the images came from, and an archive's own SHA-256
 * @param validation ids of {@code train} that the set itself holds out for validation, ascending;
 *     empty where it holds out none
 */
@SuppressWarnings("ArrayRecordComponent") // ids are read in bulk; two sets are never compared
public record Dataset(
    String name,
    List<String> classNames,
    ImageSet train,
    ImageSet test,
    String sha256,
    String source,
    int[] validation) {

  /** A set that does not say which of its train images are held out. */
  public Dataset(
      String name,
      List<String> classNames,
      ImageSet train,
      ImageSet test,
      String sha256,
      String source) {
    this(name, classNames, train, test, sha256, source, new int[0]);
  }

  /**
   * Throws IllegalArgumentException if images differ in size, a label is of no class, or the
   * validation ids are not ids of train images, ascending.
   */
  public Dataset {
    classNames = List.copyOf(classNames);
    int height = height(train, test);
    int width = width(train, test);
    for (ImageSet half : List.of(train, test)) {
      requireSize(half, train.channels(), height, width);
      requireLabelsBelow(classNames.size(), half);
    }
    for (int i = 0; i < validation.length; i++) {
      if (validation[i] >= train.count() || validation[i] <= (i == 0 ? -1 : validation[i - 1])) {
        throw new IllegalArgumentException(
            "validation ids %s of %d train images"
                .formatted(Arrays.toString(validation), train.count()));
      }
    }
  }

  static Dataset of(
      String name, List<String> classNames, ImageSet train, ImageSet test, String source) {
    return of(name, classNames, train, test, source, new int[0]);
  }

  static Dataset of(
      String name,
      List<String> classNames,
      ImageSet train,
      ImageSet test,
      String source,
      int[] validation) {
    return new Dataset(
        name, classNames, train, test, contentHash(train, test, validation), source, validation);
  }

  /** The same images and hash, with the labels of a file. */
  public Dataset labeled(LabelFile labels) {
    return new Dataset(
        name,
        classNames,
        train.labeled(labels.train().labels()),
        test.labeled(labels.test().labels()),
        sha256,
        source + ", labels of " + OneLine.of(labels.file()),
        validation);
  }

  /** The height of all images, in pixels; 0 if no image is loaded. */
  public int height() {
    return height(train, test);
  }

  /** The width of all images, in pixels; 0 if no image is loaded. */
  public int width() {
    return width(train, test);
  }

  /** K, the number of classes. */
  public int classes() {
    return classNames.size();
  }

  private static String contentHash(ImageSet train, ImageSet test, int[] validation) {
    Sha256 hash = new Sha256();
    int height = height(train, test);
    int width = width(train, test);
    int imageBytes = Math.multiplyExact(train.channels(), Math.multiplyExact(height, width));
    for (ImageSet images : List.of(train, test)) {
      hash.add(images.count(), images.channels(), height, width).add(images.labels());
      int[] loaded = images.loaded();
      for (int id : loaded) {
        images.read(id, (pixels, from) -> hash.add(pixels, from, imageBytes));
      }
      if (loaded.length < images.count()) {
        hash.add(loaded); // other images of a set are another set
      }
    }
    if (validation.length > 0) {
      hash.add(validation); // the same images divided otherwise are another set
    }
    return hash.hex();
  }

  private static int height(ImageSet train, ImageSet test) {
    ImageSet loaded = train.loaded().length > 0 ? train : test;
    return loaded.loaded().length > 0 ? loaded.height(loaded.loaded()[0]) : 0;
  }

  private static int width(ImageSet train, ImageSet test) {
    ImageSet loaded = train.loaded().length > 0 ? train : test;
    return loaded.loaded().length > 0 ? loaded.width(loaded.loaded()[0]) : 0;
  }

  private static void requireSize(ImageSet images, int channels, int height, int width) {
    boolean same = images.channels() == channels;
    for (int id : images.loaded()) {
      same &= images.height(id) == height && images.width(id) == width;
    }
    if (!same) {
      throw new IllegalArgumentException("train and test images differ in size");
    }
  }

  private static void requireLabelsBelow(int classes, ImageSet images) {
    for (int label : images.labels()) {
      if (label >= classes) {
        throw new IllegalArgumentException("label %d of %d classes".formatted(label, classes));
      }
    }
  }
}
