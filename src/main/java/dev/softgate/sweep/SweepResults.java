package dev.softgate.sweep;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.softgate.config.PublishedAccuracy;
import dev.softgate.run.Summary;
import dev.softgate.scoring.statistics.Estimate;
import dev.softgate.scoring.statistics.SampleMean;
import dev.softgate.scoring.statistics.StudentT;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the finished runs of a sweep reached: means over seeds, and differences from the first
 * combination between runs of the same seed.
 *
 * @param sweep the sweep's name
 * @param folder the sweep's
 * @param scale the fraction of the epochs and images
 * @param combinations in the order of the file
 * @param runs in the order of training
 * @param remarks what a reader must know: missing runs, runs that were computed otherwise
 */
public record SweepResults(
    String sweep,
    Path folder,
    double scale,
    List<Row> combinations,
    List<Run> runs,
    List<String> remarks) {

  /** Copies the lists. */
  public SweepResults {
    combinations = List.copyOf(combinations);
    runs = List.copyOf(runs);
    remarks = List.copyOf(remarks);
  }

  /**
   * A combination of settings.
   *
   * @param runs how many it should have, one for each seed
   * @param finished how many it has
   * @param published the figure of the full training; null if there is none
   */
  public record Row(
      String combination,
      int runs,
      int finished,
      List<Measured> measured,
      @Nullable PublishedAccuracy published) {

    /** Copies the list. */
    public Row {
      measured = List.copyOf(measured);
    }

    /** What was measured; count 0 if nothing was. */
    public Measured of(SweepMeasure measure) {
      return measured.stream().filter(one -> one.measure == measure).findFirst().orElseThrow();
    }
  }

  /**
   * A measure over the seeds of a combination.
   *
   * @param difference from the first combination, over the seeds that both have, with Student's
   *     interval; null for the first and with fewer than two seeds
   * @param pairs the number of such seeds
   */
  public record Measured(
      SweepMeasure measure, SampleMean over, @Nullable Estimate difference, int pairs) {}

  /**
   * One run.
   *
   * @param combination its label
   * @param failure how it failed; null if it did not
   * @param epochs done
   * @param measured null if it is not finished
   */
  public record Run(
      String name,
      String combination,
      long seed,
      RunState state,
      @Nullable String failure,
      int epochs,
      @JsonIgnore @Nullable Summary measured) {

    /** What it reached; null if it is not finished. */
    @JsonProperty
    public Summary.@Nullable Results results() {
      return measured == null ? null : measured.results();
    }

    /** Its value of a measure; null if it has none. */
    public @Nullable Double of(SweepMeasure measure) {
      return measured == null ? null : measure.of(measured.results());
    }
  }

  /** Reads what the runs of a plan reached. */
  public static SweepResults of(SweepPlan plan, SweepFolder folder) {
    Map<SweepRun, Run> runs = new LinkedHashMap<>();
    plan.runs().forEach(run -> runs.put(run, run(run, folder)));
    List<Row> rows = new ArrayList<>();
    List<Run> first = of(plan, plan.combinations().get(0), runs);
    for (Combination combination : plan.combinations()) {
      List<Run> own = of(plan, combination, runs);
      List<Measured> measured = new ArrayList<>();
      for (SweepMeasure measure : SweepMeasure.values()) {
        measured.add(measured(measure, own, rows.isEmpty() ? List.of() : first));
      }
      rows.add(
          new Row(
              combination.label(),
              own.size(),
              (int) own.stream().filter(run -> run.state == RunState.FINISHED).count(),
              measured,
              combination.published()));
    }
    List<Run> all = List.copyOf(runs.values());
    return new SweepResults(
        plan.name(), folder.path(), plan.scale(), rows, all, remarks(plan, all));
  }

  private static List<Run> of(SweepPlan plan, Combination combination, Map<SweepRun, Run> runs) {
    return plan.runs().stream()
        .filter(run -> run.combination().equals(combination))
        .map(run -> Objects.requireNonNull(runs.get(run)))
        .toList();
  }

  private static Run run(SweepRun run, SweepFolder folder) {
    RunState state = folder.state(run);
    return new Run(
        run.name(),
        run.combination().label(),
        run.seed(),
        state,
        state == RunState.FAILED
            ? Objects.requireNonNullElse(folder.failure(run), "see " + folder.log(run))
            : null,
        folder.epochs(run),
        state == RunState.FINISHED ? folder.summary(run) : null);
  }

  private static Measured measured(SweepMeasure measure, List<Run> own, List<Run> first) {
    List<Double> all = new ArrayList<>();
    List<double[]> pairs = new ArrayList<>();
    for (Run run : own) {
      Double value = run.of(measure);
      if (value != null) {
        all.add(value);
        first.stream()
            .filter(other -> other.seed == run.seed)
            .map(other -> other.of(measure))
            .filter(Objects::nonNull)
            .forEach(other -> pairs.add(new double[] {value, other}));
      }
    }
    return new Measured(
        measure,
        SampleMean.of(all.stream().mapToDouble(Double::doubleValue).toArray()),
        pairs.size() < 2
            ? null
            : StudentT.pairedDifference(
                pairs.stream().mapToDouble(pair -> pair[0]).toArray(),
                pairs.stream().mapToDouble(pair -> pair[1]).toArray()),
        pairs.size());
  }

  private static List<String> remarks(SweepPlan plan, List<Run> runs) {
    List<String> remarks = new ArrayList<>();
    long finished = runs.stream().filter(run -> run.state == RunState.FINISHED).count();
    if (finished < runs.size()) {
      remarks.add(
          "%d of %d runs are not finished: %s"
              .formatted(
                  runs.size() - finished,
                  runs.size(),
                  runs.stream()
                      .filter(run -> run.state != RunState.FINISHED)
                      .collect(
                          Collectors.groupingBy(
                              Run::state, LinkedHashMap::new, Collectors.counting()))
                      .entrySet()
                      .stream()
                      .map(state -> state.getValue() + " " + state.getKey().text())
                      .collect(Collectors.joining(", "))));
    }
    if (plan.scale() < 1 && plan.combinations().stream().anyMatch(c -> c.published() != null)) {
      remarks.add(
          "The published figures are those of the full training; this sweep trains %s of its epochs"
                  .formatted(plan.scale())
              + " and images.");
    }
    remark(remarks, "precision", runs, summary -> summary.machine().precision());
    remark(remarks, "version", runs, summary -> summary.provenance().softgateVersion());
    return remarks;
  }

  /** Remarks on what should be the same in all runs and is not. */
  private static void remark(
      List<String> remarks, String what, List<Run> runs, Function<Summary, String> value) {
    TreeSet<String> values = new TreeSet<>();
    runs.stream()
        .map(Run::measured)
        .filter(Objects::nonNull)
        .forEach(summary -> values.add(value.apply(summary)));
    if (values.size() > 1) {
      remarks.add("The runs differ in " + what + ": " + String.join(", ", values) + ".");
    }
  }
}
