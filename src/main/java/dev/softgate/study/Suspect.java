package dev.softgate.study;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An image whose label may be wrong: a row of {@code suspects.csv}.
 *
 * @param file the absolute path of the image's file; null if the set has no files
 * @param id the image's id in its set; −1 if it is not known, because the suspect was read from a
 *     table of files
 * @param given the name of the class that the image is labeled with
 * @param suggested the name of the most probable other class; empty if there is none
 * @param probabilityGiven the probability of the given class, in [0, 1]; NaN if unknown
 * @param probabilitySuggested the probability of the suggested class, in [0, 1]; NaN if unknown
 * @param score how good the label seems; the lowest score is the worst
 * @param flagged whether the label counts as wrong
 * @param reason why the label seems wrong, in words; may be empty
 */
public record Suspect(
    @Nullable Path file,
    int id,
    String given,
    String suggested,
    double probabilityGiven,
    double probabilitySuggested,
    double score,
    boolean flagged,
    String reason) {

  /** The name of the image in tables: the path of its file, or its id. */
  public String image() {
    return file == null ? Integer.toString(id) : file.toString();
  }
}
