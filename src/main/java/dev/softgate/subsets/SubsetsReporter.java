package dev.softgate.subsets;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.DownloadListener;
import dev.softgate.scoring.memorization.InfluenceSearch;
import dev.softgate.scoring.memorization.SubsetEstimates;
import dev.softgate.scoring.statistics.RankCorrelation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads the predictions of an ensemble's networks, one after the other, and writes its tables. */
public final class SubsetsReporter {

  /** A ranking of this reliability counts as good enough. */
  private static final double RELIABLE = 0.8;

  /** The greatest standard error of memorization that 100 networks on subsets of 0.7 have. */
  private static final double SMALL_ERROR = 0.11;

  private final EnsembleFolder folder;
  private final EnsembleRecord record;
  private final ModelPredictions first;
  private final SubsetEstimates estimates;

  /** The estimates of every other network. */
  private final List<SubsetEstimates> halves;

  private final InfluenceSearch influence;
  private long testCorrect;

  private SubsetsReporter(EnsembleFolder folder, EnsembleRecord record, ModelPredictions first) {
    this.folder = folder;
    this.record = record;
    this.first = first;
    this.estimates = new SubsetEstimates(first.given(), first.classes());
    this.halves =
        List.of(
            new SubsetEstimates(first.given(), first.classes()),
            new SubsetEstimates(first.given(), first.classes()));
    this.influence = new InfluenceSearch(first.given(), first.testLabels());
  }

  /**
   * What to collect.
   *
   * @param out the ensemble's folder
   * @param models how many networks to read, from the first; null for all
   * @param proxies the scores to compare with memorization; null for none
   * @param target the run whose images are to be inferred; null for none
   */
  public record Request(
      Path out, @Nullable Integer models, @Nullable Path proxies, @Nullable Path target) {}

  /**
   * Collects what is there.
   *
   * @throws BadInputException if no network has predicted, or a file is damaged
   */
  public static SubsetsReport collect(Request request, DownloadListener downloads) {
    Path out = request.out();
    Integer models = request.models();
    EnsembleFolder folder = new EnsembleFolder(out);
    EnsembleRecord record = EnsembleRecord.read(folder.record());
    List<Path> files = folder.allPredictions();
    if (models != null) {
      List<Path> wanted = IntStream.range(0, models).mapToObj(folder::predictions).toList();
      files = files.stream().filter(wanted::contains).toList();
    }
    if (files.isEmpty()) {
      throw new BadInputException(
          "%s has no network's predictions yet; train with softgate subsets --models N --out %s",
          out, out);
    }
    SubsetsReporter reporter =
        new SubsetsReporter(folder, record, ModelPredictions.read(files.get(0)));
    files.forEach(reporter::add);
    Membership membership =
        request.target() == null
            ? null
            : Membership.of(request.target(), folder, record.dataSha256(), files, downloads);
    return reporter.write(request.proxies(), membership);
  }

  private void add(Path file) {
    ModelPredictions model = ModelPredictions.read(file);
    model.requireSameImages(first, file);
    halves.get(estimates.networks() % 2).add(model.subset(), model.logits());
    estimates.add(model.subset(), model.logits());
    influence.add(model.subset(), model.testLogits(), model.classes());
    testCorrect += SubsetEstimates.correct(model.testLogits(), model.testLabels(), model.classes());
  }

  private SubsetsReport write(@Nullable Path scores, @Nullable Membership membership) {
    long seed = RunConfig.read(folder.config()).optimization().seed();
    EnsembleTables tables = new EnsembleTables(folder, first);
    if (scores != null) {
      tables.writeProxies(Proxies.of(scores, first.ids(), estimates, seed));
    }
    tables.writeMemorization(estimates);
    tables.writeHeldOut(estimates);
    tables.writeClasses(ClassSummary.of(record.classNames(), first.given(), estimates));
    InfluenceSearch.Found found = influence.find(estimates::isMemorized, seed);
    tables.writeInfluence(found);
    int tests = first.testIds().length;
    Double greatest = orNull(known(estimates::error).max().orElse(Double.NaN));
    Double reliability = reliability(SubsetEstimates::memorization);
    Double reliabilityProbability = reliability(SubsetEstimates::probability);
    return new SubsetsReport(
        folder.path(),
        estimates.networks(),
        estimates.images(),
        tests,
        record.fraction(),
        estimates.trainedAccuracy(),
        estimates.heldOutAccuracy(),
        tests == 0 ? null : (double) testCorrect / ((long) tests * estimates.networks()),
        (int) IntStream.range(0, estimates.images()).filter(estimates::isMemorized).count(),
        orNull(known(estimates::memorization).average().orElse(Double.NaN)),
        orNull(known(estimates::error).average().orElse(Double.NaN)),
        greatest,
        reliability,
        reliabilityProbability,
        found.pairs().size(),
        found.bound(),
        KnownWrongLabels.of(first.given(), first.clean(), estimates, seed),
        membership,
        enoughFor(greatest, reliability, reliabilityProbability, found));
  }

  private List<String> enoughFor(
      @Nullable Double greatest,
      @Nullable Double reliability,
      @Nullable Double reliabilityProbability,
      InfluenceSearch.Found found) {
    List<String> enough = new ArrayList<>();
    if (IntStream.range(0, estimates.images()).allMatch(i -> estimates.heldOut(i) > 0)) {
      enough.add("out-of-sample probabilities of all images");
    }
    if (reliabilityProbability != null && reliabilityProbability >= RELIABLE) {
      enough.add("ranking images by memorization_probability");
    }
    if (reliability != null && reliability >= RELIABLE) {
      enough.add("ranking images by memorization");
    }
    if (greatest != null && greatest <= SMALL_ERROR) {
      enough.add("memorization of single images, with standard errors of 0.11 or less");
    }
    if (found.bound() != null) {
      enough.add("influence pairs, of which chance gives a tenth or fewer");
    }
    return enough;
  }

  /** The rank correlation r between both halves as that of the whole, 2r / (1 + r). */
  private @Nullable Double reliability(ToDoubleBiFunction<SubsetEstimates, Integer> figure) {
    int[] both =
        IntStream.range(0, estimates.images())
            .filter(
                image ->
                    halves.stream()
                        .noneMatch(half -> Double.isNaN(figure.applyAsDouble(half, image))))
            .toArray();
    if (both.length < 2) {
      return null;
    }
    List<double[]> values =
        halves.stream()
            .map(
                half ->
                    IntStream.of(both).mapToDouble(i -> figure.applyAsDouble(half, i)).toArray())
            .toList();
    double r = new RankCorrelation(values.get(0), values.get(1)).value();
    return orNull(r > -1 ? 2 * r / (1 + r) : Double.NaN);
  }

  private DoubleStream known(IntToDoubleFunction quantity) {
    return IntStream.range(0, estimates.images())
        .mapToDouble(quantity)
        .filter(value -> !Double.isNaN(value));
  }

  private static @Nullable Double orNull(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
