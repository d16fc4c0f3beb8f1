package dev.softgate.data.check;

import java.io.File;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is in a set of images and what is wrong with it. Counts are of images that can be read.
 *
 * @param dataset the set's name
 * @param root absolute path of the folder with the files; null where the set has no files
 * @param files how many images are listed, readable or not
 * @param images how many can be read
 * @param classes K
 * @param trainImages readable images in train; likewise {@code validationImages}, {@code
 *     testImages}
 * @param classCounts a row a class, in the order of the labels
 * @param imbalance training images of the greatest class over those of the least; null where a
 *     class has none
 * @param smallClasses names of the classes with few training images
 * @param sizes the sizes of the upright images
 * @param formats how many images each format has; {@code raw} where the set has no files
 * @param grayImages how many images are gray
 * @param unreadable the files that cannot be read
 * @param exactDuplicates files of equal pixels, group by group
 * @param conflictingDuplicates those of these groups whose images have different labels
 * @param issues everything that is wrong, the worst first
 * @param common what holds for more than half of the images, which makes it no issue
 */
public record SetReport(
    String dataset,
    @Nullable String root,
    int files,
    int images,
    int classes,
    int trainImages,
    int validationImages,
    int testImages,
    List<ClassCount> classCounts,
    @Nullable Double imbalance,
    List<String> smallClasses,
    @Nullable Sizes sizes,
    Map<String, Integer> formats,
    int grayImages,
    List<Unreadable> unreadable,
    List<List<String>> exactDuplicates,
    List<List<String>> conflictingDuplicates,
    List<Issue> issues,
    List<Common> common) {

  /** The file of an image, below {@link #root} if it is there. */
  public String relative(CheckedImage image) {
    String start = root + File.separator;
    return image.file().startsWith(start) ? image.file().substring(start.length()) : image.file();
  }

  /** Readable images of a class. */
  public record ClassCount(String name, int train, int validation, int test) {
    /** Readable images of the class in all parts. */
    public int images() {
      return train + validation + test;
    }
  }

  /**
   * Sizes of images, by area.
   *
   * @param distinct how many sizes there are
   * @param least width and height of the smallest image, in pixels
   * @param greatest width and height of the largest image, in pixels
   */
  public record Sizes(int distinct, List<Integer> least, List<Integer> greatest) {}

  /** A file that cannot be read. */
  public record Unreadable(String file, String reason) {}

  /** A property that most images share. */
  public record Common(IssueKind property, int images) {}
}
