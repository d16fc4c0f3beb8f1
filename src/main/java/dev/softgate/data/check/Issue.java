package dev.softgate.data.check;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One kind of problem of a set, with every image that has it.
 *
 * @param images how many images have it; of {@link IssueKind#SMALL_CLASSES}, how many classes
 * @param findings the worst first
 */
public record Issue(IssueKind issue, int images, List<Finding> findings) {

  public Issue {
    findings = List.copyOf(findings);
  }

  /**
   * An image, or a group of images that are alike.
   *
   * @param images none where the finding is about a class
   * @param value the measure behind it; null where there is none
   * @param note the finding in words
   */
  public record Finding(List<CheckedImage> images, @Nullable Double value, String note) {
    public Finding {
      images = List.copyOf(images);
    }
  }

  /** An issue of findings; images that occur twice count once. */
  static Issue of(IssueKind kind, List<Finding> findings) {
    return new Issue(
        kind,
        (int)
            findings.stream()
                .flatMap(finding -> finding.images().stream())
                .map(CheckedImage::id)
                .distinct()
                .count(),
        findings);
  }
}
