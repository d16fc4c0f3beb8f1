package dev.softgate.review;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@code apply}.
 *
 * @param decisions the file of decisions
 * @param decided the number of decided images
 * @param kept the decided images that keep their label
 * @param relabeled the decided images that get another label
 * @param removed the decided images that are removed
 * @param labels the label file; null if none was requested
 * @param rows the rows of the label file, with those of an earlier one; null without
 * @param folder the folder of the copies; null if none was requested
 * @param images the files that the folder has in the end; null without
 * @param copied the files copied by this call; null without a folder, 0 in a dry run
 * @param dryRun whether nothing was written
 * @param classes by class, sorted by name
 */
public record ApplyReport(
    Path decisions,
    int decided,
    int kept,
    int relabeled,
    int removed,
    @Nullable Path labels,
    @Nullable Integer rows,
    @Nullable Path folder,
    @Nullable Integer images,
    @Nullable Integer copied,
    boolean dryRun,
    List<ClassChange> classes) {

  /**
   * What the decisions change for a class.
   *
   * @param before its images before the decisions; null if the set is not known
   * @param kept its decided images that keep the label
   * @param arrived the images of other classes that get this label
   * @param left its images that get another label
   * @param removed its images that are removed
   * @param after its images after the decisions; null if the set is not known
   */
  public record ClassChange(
      @JsonProperty("class") String name,
      @Nullable Integer before,
      int kept,
      int arrived,
      int left,
      int removed,
      @Nullable Integer after) {}
}
