package dev.softgate.subsets;

import dev.softgate.BadInputException;
import dev.softgate.scoring.memorization.SubsetEstimates;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads the predictions of an ensemble's networks, one after the other, and writes its tables. */
public final class SubsetsReporter {

  /** Images with at least this memorization count as memorized (Feldman and Zhang, section 3). */
  static final double MEMORIZED = 0.25;

  private final EnsembleFolder folder;
  private final EnsembleRecord record;
  private final ModelPredictions first;
  private final SubsetEstimates estimates;
  private long testCorrect;

  private SubsetsReporter(EnsembleFolder folder, EnsembleRecord record, ModelPredictions first) {
    this.folder = folder;
    this.record = record;
    this.first = first;
    this.estimates = new SubsetEstimates(first.given(), first.classes());
  }

  /**
   * Collects what is there.
   *
   * @param models how many networks to read, from the first; null for all
   * @throws BadInputException if no network has predicted, or a file is damaged
   */
  public static SubsetsReport collect(Path out, @Nullable Integer models) {
    EnsembleFolder folder = new EnsembleFolder(out);
    EnsembleRecord record = EnsembleRecord.read(folder.record());
    List<Path> files =
        models == null
            ? folder.allPredictions()
            : IntStream.range(0, models)
                .mapToObj(folder::predictions)
                .filter(folder.allPredictions()::contains)
                .toList();
    if (files.isEmpty()) {
      throw new BadInputException(
          "%s has no network's predictions yet; train with softgate subsets --models N --out %s",
          out, out);
    }
    SubsetsReporter reporter =
        new SubsetsReporter(folder, record, ModelPredictions.read(files.get(0)));
    files.forEach(reporter::add);
    return reporter.write();
  }

  private void add(Path file) {
    ModelPredictions model = ModelPredictions.read(file);
    model.requireSameImages(first, file);
    estimates.add(model.subset(), model.logits());
    testCorrect += SubsetEstimates.correct(model.testLogits(), model.testLabels(), model.classes());
  }

  private SubsetsReport write() {
    MemorizationTable.write(folder.memorization(), first.ids(), first.given(), estimates);
    int tests = first.testIds().length;
    return new SubsetsReport(
        folder.path(),
        estimates.networks(),
        estimates.images(),
        tests,
        record.fraction(),
        estimates.trainedAccuracy(),
        estimates.heldOutAccuracy(),
        tests == 0 ? null : (double) testCorrect / ((long) tests * estimates.networks()),
        (int) known(estimates::memorization).filter(value -> value >= MEMORIZED).count(),
        mean(known(estimates::memorization)),
        mean(known(estimates::error)),
        greatest(known(estimates::error)));
  }

  private DoubleStream known(IntToDoubleFunction quantity) {
    return IntStream.range(0, estimates.images())
        .mapToDouble(quantity)
        .filter(value -> !Double.isNaN(value));
  }

  private static @Nullable Double mean(DoubleStream values) {
    double mean = values.average().orElse(Double.NaN);
    return Double.isNaN(mean) ? null : mean;
  }

  private static @Nullable Double greatest(DoubleStream values) {
    double most = values.max().orElse(Double.NaN);
    return Double.isNaN(most) ? null : most;
  }
}
