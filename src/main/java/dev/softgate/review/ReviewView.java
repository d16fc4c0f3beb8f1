package dev.softgate.review;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows, as JSON: one image, and where the review stands.
 *
 * @param item the image to decide; null if every image of the filter has a decision
 * @param ahead the image that comes next, for the page to load; null if there is no other
 * @param progress where the review stands
 * @param others the images of the list without a decision that the filter hides
 * @param estimate the wrong labels that remain among the images of the filter, or, if all of these
 *     have a decision, among the others; null if there are not enough decisions yet
 * @param last the decision that undo removes; null if there is none
 */
record ReviewView(
    @Nullable Item item,
    @Nullable Item ahead,
    Progress progress,
    int others,
    @Nullable WrongLabelEstimate estimate,
    @Nullable Made last) {

  /** Which images of the list are reviewed. */
  enum Filter {
    FLAGGED,
    ALL
  }

  /**
   * A suspect.
   *
   * @param at its position in the list, from 0; also the number of its image
   * @param place its place among the images of the filter, from 1; 0 if it is not one of them
   * @param file its path, or {@code image N}
   * @param probabilityGiven in [0, 1]; null if unknown
   * @param probabilitySuggested in [0, 1]; null if unknown
   * @param decision the decision that holds; null if there is none
   */
  record Item(
      int at,
      int place,
      String file,
      String given,
      String suggested,
      @Nullable Double probabilityGiven,
      @Nullable Double probabilitySuggested,
      String reason,
      boolean flagged,
      @Nullable Made decision,
      List<Group> groups) {}

  /** Images of a class to compare with, by their numbers. */
  record Group(String label, List<Integer> images) {}

  /** A decision: {@code keep}, {@code relabel} or {@code remove}, and the new label. */
  record Made(String decision, String given, String label) {

    static @Nullable Made of(@Nullable Decision decision) {
      return decision == null
          ? null
          : new Made(decision.kind().toString(), decision.given(), decision.label());
    }
  }

  /**
   * Where the review stands, among the images of the filter.
   *
   * @param images the number of images
   * @param decided how many of them have a decision
   * @param wrong how many were relabeled or removed
   * @param secondsLeft the time left at the pace of the last decisions; null before the first
   * @param rows the rows of the file of decisions, which an undo must name
   */
  record Progress(int images, int decided, int wrong, @Nullable Double secondsLeft, int rows) {}

  /**
   * The list that is reviewed, which does not change.
   *
   * @param name the run, folder or table
   * @param classes all labels
   * @param digits the labels of the keys 1 to 9 and 0
   * @param neighbors whether the images to compare with are neighbors in feature space
   * @param file the file of decisions
   * @param next the command that applies the decisions
   */
  record Contents(
      String name,
      int images,
      int flagged,
      List<String> classes,
      List<String> digits,
      boolean neighbors,
      String file,
      String next) {}
}
