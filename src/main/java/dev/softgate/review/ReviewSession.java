package dev.softgate.review;

import dev.softgate.BadInputException;
import dev.softgate.Range;
import dev.softgate.data.ImageListing;
import dev.softgate.interop.ShellWords;
import dev.softgate.review.ReviewView.Contents;
import dev.softgate.review.ReviewView.Filter;
import dev.softgate.review.ReviewView.Group;
import dev.softgate.review.ReviewView.Item;
import dev.softgate.review.ReviewView.Made;
import dev.softgate.review.ReviewView.Progress;
import dev.softgate.review.WrongLabelEstimate.State;
import dev.softgate.study.Suspect;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The state of a review: which suspects have a decision, and which image comes next. The page holds
 * no state that matters, so it can be closed, loaded again, or open twice.
 *
 * <p>A decision counts for a suspect if it was made about the same given label. If the label has
 * changed since, the image is shown again.
 */
final class ReviewSession {

  /** An estimate whose interval is a greater share of the undecided images says nothing yet. */
  private static final double WIDEST = 0.25;

  private static final int DIGITS = 10;

  /** The decisions that tell the pace, and the longest time that counts as one decision. */
  private static final int RECENT = 50;

  private static final double PAUSE_SECONDS = 120;

  private final ReviewedList list;
  private final List<Suspect> suspects;
  private final DecisionsFile decisions;
  private final ReviewImages images;
  private final Map<String, Integer> positions = new HashMap<>();
  private final boolean[] flagged;

  /** The decision that holds for each suspect; null if there is none. */
  private final @Nullable Decision[] current;

  /** Refused because another page has decided meanwhile. */
  static final class ConflictException extends Exception {
    ConflictException(String message) {
      super(message);
    }
  }

  /** A decision of the page; {@code label} is used for RELABEL. */
  record Verdict(
      @Range(from = 0, to = Integer.MAX_VALUE) int at,
      Decision.Kind decision,
      @Nullable String label,
      @Range(from = 0, to = 86_400) double seconds,
      Filter filter) {}

  /** An undo; {@code rows} is the number of decisions that the page knows. */
  record Undo(@Range(from = 0, to = Integer.MAX_VALUE) int rows, Filter filter) {}

  ReviewSession(ReviewedList list, DecisionsFile decisions, ReviewImages images) {
    this.list = list;
    this.suspects = list.suspects();
    this.decisions = decisions;
    this.images = images;
    this.flagged = new boolean[suspects.size()];
    this.current = new Decision[suspects.size()];
    for (int at = 0; at < flagged.length; at++) {
      positions.put(suspects.get(at).image(), at);
      flagged[at] = suspects.get(at).flagged();
      current[at] = decision(suspects.get(at));
    }
    reportOtherDecisions();
  }

  private void reportOtherDecisions() {
    long elsewhere =
        decisions.rows().stream().filter(row -> !positions.containsKey(row.image())).count();
    long stale =
        suspects.stream()
            .filter(suspect -> decisions.of(suspect.image()) != null && decision(suspect) == null)
            .count();
    if (elsewhere > 0) {
      LoggerFactory.getLogger(ReviewSession.class)
          .info("{} decisions are about images that are not in the list; they stay", elsewhere);
    }
    if (stale > 0) {
      LoggerFactory.getLogger(ReviewSession.class)
          .info("{} images have another label than when they were decided: they come again", stale);
    }
  }

  private @Nullable Decision decision(Suspect suspect) {
    Decision decision = decisions.of(suspect.image());
    return decision != null && decision.given().equals(suspect.given()) ? decision : null;
  }

  Contents contents() {
    int count = 0;
    for (boolean flag : flagged) {
      count += flag ? 1 : 0;
    }
    return new Contents(
        list.name(),
        flagged.length,
        count,
        list.classes(),
        digits(),
        images.hasNeighbors(),
        decisions.path().toString(),
        next());
  }

  /** The command that applies the decisions. */
  String next() {
    List<String> words = new ArrayList<>(list.set());
    words.addAll(List.of("--decisions", decisions.path().toString()));
    boolean files = list.set().stream().anyMatch(ImageListing::isListed);
    words.addAll(files ? List.of("--copy-to", "corrected") : List.of("--out", "corrected.csv"));
    return "softgate apply " + ShellWords.join(words);
  }

  /** All classes, if ten keys suffice; otherwise the ten that are suggested most often. */
  private List<String> digits() {
    if (list.classes().size() <= DIGITS) {
      return list.classes();
    }
    Map<String, Integer> counts = new HashMap<>();
    suspects.forEach(suspect -> counts.merge(suspect.suggested(), 1, Integer::sum));
    return list.classes().stream()
        .sorted(Comparator.comparing((String name) -> -counts.getOrDefault(name, 0)))
        .limit(DIGITS)
        .toList();
  }

  /** The image at which to continue: the first without a decision after the last decision. */
  synchronized ReviewView start(Filter filter) {
    Decision last = decisions.last();
    Integer at = last == null ? null : positions.get(last.image());
    return after(at == null ? -1 : at, filter);
  }

  /** The next image without a decision after a position; the list begins again at its end. */
  synchronized ReviewView after(int at, Filter filter) {
    return view(open(at, filter), filter);
  }

  /** The image at a position, decided or not. */
  synchronized ReviewView at(int at, Filter filter) {
    requirePosition(at);
    return view(at, filter);
  }

  /** The image before a position in the filter, decided or not; itself if it is the first. */
  synchronized ReviewView before(int at, Filter filter) {
    requirePosition(at);
    for (int other = at - 1; other >= 0; other--) {
      if (in(other, filter)) {
        return view(other, filter);
      }
    }
    return view(at, filter);
  }

  /**
   * Writes a decision to the disk, and then shows the next image.
   *
   * @throws BadInputException if there is no such image or label
   * @throws IOException if the decision could not be written
   */
  synchronized ReviewView decide(Verdict verdict) throws IOException {
    requirePosition(verdict.at);
    Suspect suspect = suspects.get(verdict.at);
    Decision.Kind kind = verdict.decision;
    String label = "";
    if (kind == Decision.Kind.KEEP) {
      label = suspect.given();
    } else if (kind == Decision.Kind.RELABEL) {
      label = Objects.requireNonNullElse(verdict.label, "");
      if (!list.classes().contains(label)) {
        throw new BadInputException("there is no such label; choose one of the list");
      }
      kind = label.equals(suspect.given()) ? Decision.Kind.KEEP : kind;
    }
    Decision decision =
        new Decision(suspect.file(), suspect.id(), suspect.given(), kind, label, verdict.seconds);
    decisions.append(decision);
    current[verdict.at] = decision;
    return after(verdict.at, verdict.filter);
  }

  /**
   * Removes the last decision from the disk, and shows its image again.
   *
   * @throws ConflictException if the page does not know the last decision
   * @throws IOException if the file could not be written
   */
  synchronized ReviewView undo(Undo undo) throws IOException, ConflictException {
    if (undo.rows != decisions.rows().size()) {
      throw new ConflictException(
          "Another tab has decided meanwhile. Undo again to take back its last decision.");
    }
    Decision undone = decisions.undo();
    Integer at = undone == null ? null : positions.get(undone.image());
    if (at == null) {
      return start(undo.filter);
    }
    current[at] = decision(suspects.get(at));
    return view(at, undo.filter);
  }

  private void requirePosition(int at) {
    if (at < 0 || at >= flagged.length) {
      throw new BadInputException("there is no image at position " + at);
    }
  }

  private boolean in(int at, Filter filter) {
    return filter == Filter.ALL || flagged[at];
  }

  /** The next position without a decision, cyclically; −1 if there is none. */
  private int open(int after, Filter filter) {
    for (int step = 1; step <= flagged.length; step++) {
      int at = (after + step) % flagged.length;
      if (in(at, filter) && current[at] == null) {
        return at;
      }
    }
    return -1;
  }

  private ReviewView view(int at, Filter filter) {
    int ahead = open(at, filter);
    Progress progress = progress(filter);
    Progress all = progress(Filter.ALL);
    return new ReviewView(
        at < 0 ? null : item(at, filter),
        ahead < 0 || ahead == at ? null : item(ahead, filter),
        progress,
        all.images() - all.decided() - progress.images() + progress.decided(),
        estimate(progress.decided() == progress.images() ? Filter.ALL : filter),
        Made.of(decisions.last()));
  }

  private Item item(int at, Filter filter) {
    Suspect suspect = suspects.get(at);
    int place = 0;
    for (int other = 0; other <= at && in(at, filter); other++) {
      place += in(other, filter) ? 1 : 0;
    }
    List<Group> groups = new ArrayList<>();
    for (String label : List.of(suspect.given(), suspect.suggested())) {
      if (!label.isEmpty()) {
        groups.add(new Group(label, images.compared(at, label)));
      }
    }
    return new Item(
        at,
        place,
        suspect.file() == null ? "image " + suspect.id() : suspect.image(),
        suspect.given(),
        suspect.suggested(),
        known(suspect.probabilityGiven()),
        known(suspect.probabilitySuggested()),
        suspect.reason(),
        suspect.flagged(),
        Made.of(current[at]),
        groups);
  }

  private static @Nullable Double known(double probability) {
    return Double.isNaN(probability) ? null : probability;
  }

  private Progress progress(Filter filter) {
    int count = 0;
    int decided = 0;
    int wrong = 0;
    for (int at = 0; at < flagged.length; at++) {
      if (in(at, filter)) {
        Decision decision = current[at];
        count++;
        decided += decision == null ? 0 : 1;
        wrong += decision != null && decision.wrong() ? 1 : 0;
      }
    }
    Double pace = pace();
    return new Progress(
        count,
        decided,
        wrong,
        pace == null ? null : pace * (count - decided),
        decisions.rows().size());
  }

  /** The mean seconds of the recent decisions; longer pauses are cut. */
  private @Nullable Double pace() {
    double sum = 0;
    int counted = 0;
    List<Decision> rows = decisions.rows();
    for (Decision row : rows.subList(Math.max(0, rows.size() - RECENT), rows.size())) {
      if (!Double.isNaN(row.seconds())) {
        sum += Math.min(PAUSE_SECONDS, row.seconds());
        counted++;
      }
    }
    return counted == 0 ? null : sum / counted;
  }

  private @Nullable WrongLabelEstimate estimate(Filter filter) {
    State[] states = new State[flagged.length];
    boolean[] counted = new boolean[flagged.length];
    int open = 0;
    for (int at = 0; at < flagged.length; at++) {
      Decision decision = current[at];
      states[at] =
          decision == null ? State.UNDECIDED : decision.wrong() ? State.WRONG : State.RIGHT;
      counted[at] = in(at, filter);
      open += counted[at] && decision == null ? 1 : 0;
    }
    WrongLabelEstimate estimate = WrongLabelEstimate.of(states, counted);
    return estimate == null || estimate.most() - estimate.least() > WIDEST * open ? null : estimate;
  }
}
