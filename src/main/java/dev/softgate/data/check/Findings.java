package dev.softgate.data.check;

import dev.softgate.data.ParallelWork.Outcome;
import dev.softgate.data.check.Issue.Finding;
import dev.softgate.data.check.SetCheck.Inspected;
import dev.softgate.data.check.SetReport.ClassCount;
import dev.softgate.data.check.SetReport.Common;
import dev.softgate.data.check.SetReport.Sizes;
import dev.softgate.data.check.SetReport.Unreadable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** From what was measured of each image to a report about the set. */
final class Findings {

  private static final String TRAIN = "train";
  private static final String VALIDATION = "validation";
  private static final String TEST = "test";

  /** With fewer, a validation fraction of 0.1 holds out none of the class. */
  private static final int FEW_IMAGES = 10;

  /** A fraction of an equal share of the images; cleanlab's bound for class imbalance. */
  private static final double FEW_OF_SHARE = .1;

  /** Times the median distance; cleanlab's bound, 1 / 0.37. */
  private static final double OUTLIER_ABOVE = 2.7;

  private final CheckedSet set;
  private final List<Finding> unreadable = new ArrayList<>();
  private final List<CheckedImage> images = new ArrayList<>(); // the readable ones
  private final List<Inspected> inspected = new ArrayList<>(); // of each of them
  private final List<ImageMeasures> measures;

  private final @Nullable FeatureNeighbors neighbors;

  Findings(
      CheckedSet set, List<Outcome<Inspected>> outcomes, @Nullable FeatureNeighbors neighbors) {
    this.set = set;
    this.neighbors = neighbors;
    for (int id = 0; id < outcomes.size(); id++) {
      CheckedImage image = set.image(id);
      Inspected found = outcomes.get(id).value();
      if (found == null) {
        unreadable.add(new Finding(List.of(image), null, outcomes.get(id).reason()));
      } else {
        images.add(image);
        inspected.add(found);
      }
    }
    this.measures = inspected.stream().map(Inspected::measures).toList();
  }

  SetReport report() {
    List<ClassCount> counts = classCounts();
    List<ClassCount> small = small(counts);
    List<List<Integer>> exact = exactGroups();
    List<List<Integer>> conflicting =
        exact.stream().filter(group -> several(group, CheckedImage::className)).toList();
    ImageRules rules = new ImageRules(images, measures);
    List<Issue> odd = rules.issues();
    List<Issue> issues =
        Stream.concat(
                Stream.of(
                    Issue.of(IssueKind.UNREADABLE, unreadable),
                    exactIssue(IssueKind.CONFLICTING_DUPLICATES, conflicting),
                    exactIssue(
                        IssueKind.SPLIT_DUPLICATES,
                        exact.stream()
                            .filter(group -> several(group, CheckedImage::part))
                            .toList()),
                    smallIssue(small),
                    exactIssue(IssueKind.EXACT_DUPLICATES, exact),
                    nearIssue(exact, rules)),
                Stream.concat(
                    odd.stream().filter(issue -> !rules.isCommon(issue)), Stream.of(outliers())))
            .filter(issue -> !issue.findings().isEmpty())
            .toList();
    int least = counts.stream().mapToInt(ClassCount::train).min().orElse(0);
    int greatest = counts.stream().mapToInt(ClassCount::train).max().orElse(0);
    return new SetReport(
        set.name(),
        set.root(),
        set.count(),
        images.size(),
        counts.size(),
        counts.stream().mapToInt(ClassCount::train).sum(),
        counts.stream().mapToInt(ClassCount::validation).sum(),
        counts.stream().mapToInt(ClassCount::test).sum(),
        counts,
        least == 0 ? null : (double) greatest / least,
        small.stream().map(ClassCount::name).toList(),
        sizes(),
        formats(),
        (int) measures.stream().filter(ImageMeasures::gray).count(),
        unreadable.stream()
            .map(found -> new Unreadable(found.images().get(0).file(), found.note()))
            .toList(),
        files(exact),
        files(conflicting),
        issues,
        odd.stream()
            .filter(rules::isCommon)
            .map(issue -> new Common(issue.issue(), issue.images()))
            .toList());
  }

  private List<ClassCount> classCounts() {
    Map<String, Map<String, Long>> counts =
        images.stream()
            .collect(
                Collectors.groupingBy(
                    CheckedImage::className,
                    Collectors.groupingBy(CheckedImage::part, Collectors.counting())));
    return set.classNames().stream()
        .map(
            name -> {
              Map<String, Long> parts = counts.getOrDefault(name, Map.of());
              return new ClassCount(
                  name,
                  parts.getOrDefault(TRAIN, 0L).intValue(),
                  parts.getOrDefault(VALIDATION, 0L).intValue(),
                  parts.getOrDefault(TEST, 0L).intValue());
            })
        .toList();
  }

  private static List<ClassCount> small(List<ClassCount> counts) {
    double share = counts.stream().mapToInt(ClassCount::train).average().orElse(0);
    return counts.stream()
        .filter(count -> count.train() < FEW_IMAGES || count.train() < FEW_OF_SHARE * share)
        .sorted(Comparator.comparingInt(ClassCount::train))
        .toList();
  }

  private static Issue smallIssue(List<ClassCount> small) {
    List<Finding> findings =
        small.stream()
            .map(
                count ->
                    new Finding(
                        List.of(),
                        (double) count.train(),
                        "%s: %,d training image%s"
                            .formatted(count.name(), count.train(), count.train() == 1 ? "" : "s")))
            .toList();
    return new Issue(IssueKind.SMALL_CLASSES, small.size(), findings);
  }

  /** Groups of equal pixels, as indices of readable images. */
  private List<List<Integer>> exactGroups() {
    Map<Fingerprint, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < images.size(); i++) {
      groups.computeIfAbsent(inspected.get(i).pixels(), key -> new ArrayList<>()).add(i);
    }
    return groups.values().stream().filter(group -> group.size() > 1).toList();
  }

  private Issue exactIssue(IssueKind kind, List<List<Integer>> groups) {
    return Issue.of(
        kind, groups.stream().map(group -> finding(group, null, sameness(group))).toList());
  }

  /** How the members of a group of equal pixels are the same. */
  private String sameness(List<Integer> group) {
    List<String> formats =
        group.stream().map(i -> inspected.get(i).format()).distinct().sorted().toList();
    if (formats.size() > 1) {
      return "the same pixels as " + String.join(" and ", formats);
    }
    long contents = group.stream().map(i -> inspected.get(i).file()).distinct().count();
    return contents == 1 && inspected.get(group.get(0)).file() != null
        ? "the same bytes"
        : "the same pixels";
  }

  /** Images that look alike, each group of equal images represented by its first. */
  private Issue nearIssue(List<List<Integer>> exact, ImageRules rules) {
    boolean[] left = new boolean[images.size()];
    exact.forEach(group -> group.stream().skip(1).forEach(i -> left[i] = true));
    List<Integer> compared = new ArrayList<>();
    for (int i = 0; i < left.length; i++) {
      if (!left[i] && !rules.isBlank(measures.get(i))) {
        compared.add(i);
      }
    }
    List<Finding> findings =
        NearDuplicates.of(compared.stream().map(measures::get).toList(), candidates(compared))
            .stream()
            .map(
                group ->
                    new NearDuplicates.Group(
                        group.members().stream().map(compared::get).toList(), group.correlation()))
            .sorted(
                Comparator.comparingInt((NearDuplicates.Group group) -> -harm(group.members()))
                    .thenComparingDouble(group -> -group.correlation()))
            .map(group -> finding(group.members(), group.correlation(), "look alike"))
            .toList();
    return Issue.of(IssueKind.NEAR_DUPLICATES, findings);
  }

  /** Neighbors in feature space, as pairs of indices of {@code compared}. */
  private List<int[]> candidates(List<Integer> compared) {
    FeatureNeighbors nearest = neighbors;
    if (nearest == null) {
      return List.of();
    }
    Map<Integer, Integer> places = new HashMap<>(); // of ids
    for (int place = 0; place < compared.size(); place++) {
      places.put(images.get(compared.get(place)).id(), place);
    }
    List<int[]> pairs = new ArrayList<>();
    places.forEach(
        (id, place) -> {
          for (int at = id * nearest.count(); at < (id + 1) * nearest.count(); at++) {
            Integer other = places.get(nearest.images()[at]);
            if (other != null) {
              pairs.add(new int[] {Math.min(place, other), Math.max(place, other)});
            }
          }
        });
    return pairs;
  }

  /** Images whose mean distance to their neighbors is many times the median of it. */
  private Issue outliers() {
    FeatureNeighbors nearest = neighbors;
    if (nearest == null) {
      return Issue.of(IssueKind.OUTLIERS, List.of());
    }
    double[] distances =
        images.stream().mapToDouble(image -> nearest.meanDistance(image.id())).toArray();
    double median =
        ImageRules.quantile(
            Arrays.stream(distances).filter(Double::isFinite).sorted().toArray(), .5);
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < distances.length; i++) {
      double ratio = distances[i] / median;
      if (ratio > OUTLIER_ABOVE && Double.isFinite(ratio)) {
        findings.add(
            new Finding(
                List.of(images.get(i)),
                ratio,
                String.format(
                    Locale.ROOT, "%.1f times as far from its neighbors as the median", ratio)));
      }
    }
    findings.sort(Comparator.comparing(Finding::value, Comparator.reverseOrder()));
    return Issue.of(IssueKind.OUTLIERS, findings);
  }

  /** Two labels are worse than two parts, and these worse than neither. */
  private int harm(List<Integer> group) {
    return (several(group, CheckedImage::className) ? 2 : 0)
        + (several(group, CheckedImage::part) ? 1 : 0);
  }

  private Finding finding(List<Integer> group, @Nullable Double value, String how) {
    List<String> notes = new ArrayList<>(List.of(how));
    if (several(group, CheckedImage::className)) {
      notes.add("labels " + values(group, CheckedImage::className));
    }
    if (several(group, CheckedImage::part)) {
      notes.add("in " + values(group, CheckedImage::part));
    }
    return new Finding(group.stream().map(images::get).toList(), value, String.join("; ", notes));
  }

  private boolean several(List<Integer> group, Function<CheckedImage, String> property) {
    return group.stream().map(images::get).map(property).distinct().count() > 1;
  }

  private String values(List<Integer> group, Function<CheckedImage, String> property) {
    return group.stream()
        .map(images::get)
        .map(property)
        .distinct()
        .collect(Collectors.joining(" and "));
  }

  private List<List<String>> files(List<List<Integer>> groups) {
    return groups.stream()
        .map(group -> group.stream().map(images::get).map(CheckedImage::file).toList())
        .toList();
  }

  private @Nullable Sizes sizes() {
    List<ImageMeasures> bySize =
        measures.stream().sorted(Comparator.comparingDouble(ImageMeasures::meanSide)).toList();
    if (bySize.isEmpty()) {
      return null;
    }
    return new Sizes(
        (int) measures.stream().map(ImageMeasures::size).distinct().count(),
        widthAndHeight(bySize.get(0)),
        widthAndHeight(bySize.get(bySize.size() - 1)));
  }

  private static List<Integer> widthAndHeight(ImageMeasures image) {
    return List.of(image.size().width(), image.size().height());
  }

  private Map<String, Integer> formats() {
    Map<String, Integer> counts = new TreeMap<>();
    inspected.forEach(image -> counts.merge(image.format(), 1, Integer::sum));
    return counts;
  }
}
