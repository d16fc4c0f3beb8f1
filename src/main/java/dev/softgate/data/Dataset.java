package dev.softgate.data;

import dev.softgate.interop.OneLine;
import dev.softgate.interop.Sha256;
import java.util.List;

/**
 * A data set in memory: images to learn from and images to test on. What is held out of {@code
 * train} for validation is a {@link Split}'s affair.
 *
 * <p>{@link #sha256} is over the content and not over the files it came in, so an archive and the
 * folder unpacked from it have the same one. It is the SHA-256 of, for {@code train} and then for
 * {@code test}: N, C, H, W and the N labels as little-endian int32, then the pixel bytes in the
 * order of {@link ImageSet#pixels()}; of a set of which only some images were read, then their ids.
 *
 * @param name what {@code --dataset} called it: {@code cifar10}, {@code cifar100}, {@code
 *     synthetic} or {@code folder:DIR}
 * @param classNames K names, in the order of the class ids
 * @param train N images to learn from
 * @param test images of the same size, never trained on
 * @param sha256 of the content, in lower-case hexadecimal
 * @param source one line for people: where the images came from, and an archive's own SHA-256
 */
public record Dataset(
    String name,
    List<String> classNames,
    ImageSet train,
    ImageSet test,
    String sha256,
    String source) {

  /** Copies the class names and checks that both halves fit them and each other. */
  public Dataset {
    classNames = List.copyOf(classNames);
    if (train.channels() != test.channels()
        || train.height() != test.height()
        || train.width() != test.width()) {
      throw new IllegalArgumentException("train and test images differ in size");
    }
    requireLabelsBelow(classNames.size(), train);
    requireLabelsBelow(classNames.size(), test);
  }

  /** A data set with the hash of its content worked out. */
  static Dataset of(
      String name, List<String> classNames, ImageSet train, ImageSet test, String source) {
    return new Dataset(name, classNames, train, test, contentHash(train, test), source);
  }

  /**
   * The same images, those to learn from labeled as the file says. The hash stays that of the set
   * as it was loaded: the file has its own.
   */
  public Dataset labeled(LabelFile labels) {
    return new Dataset(
        name,
        classNames,
        train.labeled(labels.given()),
        test,
        sha256,
        source + ", labels of " + OneLine.of(labels.file()));
  }

  /** K, the number of classes. */
  public int classes() {
    return classNames.size();
  }

  private static String contentHash(ImageSet train, ImageSet test) {
    Sha256 hash = new Sha256();
    for (ImageSet images : List.of(train, test)) {
      hash.add(images.count(), images.channels(), images.height(), images.width())
          .add(images.labels())
          .add(images.pixels());
      if (images.read().length < images.count()) {
        hash.add(images.read()); // other images of a set are another set
      }
    }
    return hash.hex();
  }

  private static void requireLabelsBelow(int classes, ImageSet images) {
    for (int label : images.labels()) {
      if (label >= classes) {
        throw new IllegalArgumentException("label %d of %d classes".formatted(label, classes));
      }
    }
  }
}
