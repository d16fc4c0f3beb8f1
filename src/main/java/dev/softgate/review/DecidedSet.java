package dev.softgate.review;

import dev.softgate.BadInputException;
import dev.softgate.data.ImageListing;
import dev.softgate.data.ImageListing.Entry;
import dev.softgate.data.ImageListing.Part;
import dev.softgate.data.LabelFile;
import dev.softgate.interop.NearestName;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.Quoted;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of a set with their labels before and after decisions.
 *
 * @param listing the set
 * @param entries N files: to train on, for validation, to test on
 * @param before int32, N: the label of each file before the decisions, which a label file may have
 *     changed; {@link #REMOVED} if that left the file out
 * @param after int32, N: the label of each file after the decisions; {@link #REMOVED} if it is
 *     removed
 * @param decided whether there is a decision about each file, N
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
record DecidedSet(
    ImageListing listing, List<Entry> entries, int[] before, int[] after, boolean[] decided) {

  static final int REMOVED = -1;

  /**
   * Applies decisions to a set.
   *
   * @param file the file of the decisions, for messages
   * @param labels the label file that the set had when the decisions were made; null for none
   * @throws BadInputException if the decisions are about other images, labels or classes
   */
  static DecidedSet of(
      ImageListing listing, Path file, List<Decision> decisions, @Nullable LabelFile labels) {
    List<Entry> entries = new ArrayList<>(listing.trainEntries());
    int train = entries.size();
    entries.addAll(listing.entries(Part.TEST));
    int[] before = entries.stream().mapToInt(Entry::label).toArray();
    if (labels != null) {
      relabel(before, 0, labels.train());
      relabel(before, train, labels.test());
    }
    DecidedSet set =
        new DecidedSet(listing, entries, before, before.clone(), new boolean[before.length]);
    Map<Path, Integer> places = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      places.put(path(entries.get(i)), i);
    }
    for (Decision decision : decisions) {
      Integer place = decision.file() == null ? null : places.get(decision.file());
      if (place == null) {
        throw new BadInputException(
            "%s: %s is no image of %s; specify the set that the decisions are about with {dataset}"
                .formatted(
                    OneLine.of(file), OneLine.of(decision.image()), OneLine.of(listing.name())));
      }
      set.decide(file, place, decision);
    }
    return set;
  }

  private static void relabel(int[] labels, int from, LabelFile.Part part) {
    System.arraycopy(part.labels(), 0, labels, from, part.labels().length);
    Arrays.stream(part.leftOut()).forEach(id -> labels[from + id] = REMOVED);
  }

  private void decide(Path file, int place, Decision decision) {
    String own = listing.classNames().get(entries.get(place).label());
    String given = name(before[place]);
    if (!decision.given().equals(given) && !decision.given().equals(own)) {
      throw new BadInputException(
          "%s: %s was labeled %s when it was decided, and is labeled %s now; decide it again, or specify the label file of that time with {labels}"
              .formatted(
                  OneLine.of(file),
                  OneLine.of(decision.image()),
                  Quoted.quoted(decision.given()),
                  Quoted.quoted(given)));
    }
    decided[place] = true;
    after[place] = decision.kind() == Decision.Kind.REMOVE ? REMOVED : label(file, decision);
  }

  private int label(Path file, Decision decision) {
    int label = listing.classNames().indexOf(decision.label());
    if (label < 0) {
      String nearest = NearestName.of(decision.label(), listing.classNames());
      throw new BadInputException(
          "%s: the label %s of %s is no class of %s%s"
              .formatted(
                  OneLine.of(file),
                  Quoted.quoted(decision.label()),
                  OneLine.of(decision.image()),
                  OneLine.of(listing.name()),
                  nearest == null ? "" : " (meant " + Quoted.oneLine(nearest) + "?)"));
    }
    return label;
  }

  /** The name of a label; empty for {@link #REMOVED}. */
  String name(int label) {
    return label == REMOVED ? "" : listing.classNames().get(label);
  }

  /** The absolute path of a file. */
  static Path path(Entry entry) {
    return entry.file().toAbsolutePath().normalize();
  }
}
