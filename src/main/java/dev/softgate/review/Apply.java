package dev.softgate.review;

import dev.softgate.BadInputException;
import dev.softgate.data.ImageListing;
import dev.softgate.data.LabelFile;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.OneLine;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Carries out decisions: writes a label file, or copies the images into a corrected folder. */
public final class Apply {

  private final ApplyRequest request;
  private final List<Decision> decisions;
  private final @Nullable DecidedSet set;

  private Apply(ApplyRequest request) {
    this.request = request;
    this.decisions = DecisionsFile.read(request.decisions());
    if (decisions.isEmpty()) {
      throw new BadInputException(
          OneLine.of(request.decisions())
              + " has no decisions yet; make some with softgate review");
    }
    this.set = set();
  }

  /**
   * Carries out a request.
   *
   * @param listener is told about the progress of copying
   * @throws BadInputException if the decisions are about other images, or the target is unusable
   * @throws java.io.UncheckedIOException if writing fails; a second call continues
   */
  public static ApplyReport run(ApplyRequest request, CopyListener listener) {
    if ((request.out() == null) == (request.copyTo() == null)) {
      throw new BadInputException("specify either {out} LABELS.csv or {copy-to} DIR");
    }
    Apply apply = new Apply(request);
    return request.out() != null
        ? apply.write(request.out())
        : apply.copy(Objects.requireNonNull(request.copyTo()), listener);
  }

  /** The files of the set; null if it is not known or has none. */
  private @Nullable DecidedSet set() {
    String dataset = request.dataset();
    if (dataset == null || !ImageListing.isListed(dataset)) {
      return null;
    }
    ImageListing listing = ImageListing.of(dataset);
    LabelFile labels = request.labels() == null ? null : LabelFile.read(request.labels(), listing);
    return DecidedSet.of(listing, request.decisions(), decisions, labels);
  }

  private ApplyReport write(Path out) {
    if (!request.dryRun()) {
      AtomicFiles.requireReplaceable(
          out, "label file", "file,given\n", "index,given\n", "index,given,clean\n");
    }
    Path earlier = request.labels();
    boolean files = decisions.get(0).file() != null;
    CorrectedLabels labels;
    if (set != null) {
      labels = CorrectedLabels.of(set);
    } else if (earlier == null) {
      labels = CorrectedLabels.of(decisions);
    } else if (files) {
      throw new BadInputException(
          "{labels} %s: which set does it label? Specify the run or {dataset}"
              .formatted(OneLine.of(earlier)));
    } else {
      labels = CorrectedLabels.of(decisions, earlier);
    }
    if (!request.dryRun()) {
      AtomicFiles.writeString(out, labels.text());
    }
    return report(labels.rows().size(), null, null);
  }

  private ApplyReport copy(Path folder, CopyListener listener) {
    if (set == null) {
      throw new BadInputException(
          request.dataset() == null
              ? "{copy-to}: specify the set that the decisions are about, as a run or with"
                  + " {dataset}"
              : "{copy-to}: the images of %s have no files; write a label file with {out}"
                  .formatted(OneLine.of(request.dataset())));
    }
    CopyPlan plan = CopyPlan.of(set);
    CorrectedFolder target = new CorrectedFolder(folder, plan);
    target.check(set.listing().root(), set.listing().isFolder());
    int copied = request.dryRun() ? 0 : target.fill(listener);
    return report(null, plan.copies().size(), copied);
  }

  private ApplyReport report(
      @Nullable Integer rows, @Nullable Integer images, @Nullable Integer copied) {
    return new ApplyReport(
        request.decisions(),
        decisions.size(),
        count(Decision.Kind.KEEP),
        count(Decision.Kind.RELABEL),
        count(Decision.Kind.REMOVE),
        request.out(),
        rows,
        request.copyTo(),
        images,
        copied,
        request.dryRun(),
        classes());
  }

  private int count(Decision.Kind kind) {
    return (int) decisions.stream().filter(decision -> decision.kind() == kind).count();
  }

  private List<ApplyReport.ClassChange> classes() {
    TreeSet<String> names = new TreeSet<>();
    decisions.forEach(decision -> names.add(decision.given()));
    decisions.stream()
        .filter(decision -> decision.kind() == Decision.Kind.RELABEL)
        .forEach(decision -> names.add(decision.label()));
    if (set != null) {
      names.addAll(set.listing().classNames());
    }
    return names.stream().map(this::change).toList();
  }

  private ApplyReport.ClassChange change(String name) {
    int kept = 0;
    int arrived = 0;
    int left = 0;
    int removed = 0;
    for (Decision decision : decisions) {
      boolean own = decision.given().equals(name);
      switch (decision.kind()) {
        case KEEP -> kept += own ? 1 : 0;
        case REMOVE -> removed += own ? 1 : 0;
        case RELABEL -> {
          left += own ? 1 : 0;
          arrived += decision.label().equals(name) ? 1 : 0;
        }
      }
    }
    return new ApplyReport.ClassChange(
        name,
        set == null ? null : images(set, set.before(), name),
        kept,
        arrived,
        left,
        removed,
        set == null ? null : images(set, set.after(), name));
  }

  private static int images(DecidedSet set, int[] labels, String name) {
    int label = set.listing().classNames().indexOf(name);
    return (int) Arrays.stream(labels).filter(each -> each == label).count();
  }
}
