package dev.softgate.labels;

import dev.softgate.BadInputException;
import dev.softgate.Progress;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.Quoted;
import dev.softgate.scoring.labels.ConfidentLearning;
import dev.softgate.scoring.labels.NetworkStrength;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs {@code labels}: finds labels that seem wrong by the probabilities in a file. */
public final class LabelsReporter {

  private static final Logger LOG = LoggerFactory.getLogger(LabelsReporter.class);

  /** A class with a single image has no other to compare it with. */
  private static final int FEWEST = 2;

  private LabelsReporter() {}

  /**
   * Carries out a request and writes its table. The table does not depend on the number of threads.
   *
   * @throws BadInputException if a file is missing or malformed, the two do not match, or the table
   *     cannot be written
   */
  public static LabelsReport run(LabelsRequest request, Progress progress) {
    requireOther(request.out(), request.given());
    requireOther(request.out(), request.probabilities());
    AtomicFiles.requireReplaceable(
        request.out(), "table of labels", "index,given,suggested", "index,file,given,suggested");
    ProbabilityFile probabilities = ProbabilityFile.open(request.probabilities(), request.tensor());
    GivenLabels given = GivenLabels.read(request.given(), probabilities);
    logOrder(given, probabilities);
    int threads = Runtime.getRuntime().availableProcessors();
    ConfidentLearning learning =
        new ConfidentLearning(given.labels(), probabilities.rows(given, threads, progress), FEWEST);
    boolean[] flags = request.filter().flags(learning);
    FlagTable.write(request.out(), given, learning, flags, progress);
    String weakness = NetworkStrength.of(learning).weakness();
    if (weakness != null) {
      LOG.warn(
          "the noise rate is not estimated, and many flags may be of right labels: {}", weakness);
    }
    List<String> few = few(learning, given);
    if (!few.isEmpty()) {
      LOG.warn(
          "labels of classes with a single image are not judged: {}",
          Quoted.oneLine(String.join(", ", few)));
    }
    return new LabelsReport(
        given.labels().length,
        probabilities.classes(),
        (int) IntStream.range(0, flags.length).filter(i -> flags[i]).count(),
        weakness == null ? learning.noiseRate() : null,
        weakness,
        request.filter().text(),
        few,
        request.out());
  }

  private static void requireOther(Path out, Path input) {
    try {
      if (Files.exists(out) && Files.exists(input) && Files.isSameFile(out, input)) {
        throw new BadInputException(
            "{out}: %s is read by this command; choose another file".formatted(OneLine.of(out)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + input, e);
    }
  }

  private static void logOrder(GivenLabels given, ProbabilityFile probabilities) {
    @Nullable List<String> names = given.names().names();
    if (names != null) {
      LOG.info(
          "the columns' classes are {}: {}",
          probabilities.names() == null ? "the labels' names in sorted order" : "in the header",
          Quoted.oneLine(String.join(", ", names)));
    }
    if (!given.ascending() && !probabilities.namesImages()) {
      LOG.warn(
          "the index of {} does not ascend; row by row, the probabilities must be in the order of"
              + " that file, not of its index",
          OneLine.of(given.file()));
    }
  }

  private static List<String> few(ConfidentLearning learning, GivenLabels given) {
    int[] counts = learning.counts();
    return IntStream.range(0, counts.length)
        .filter(k -> counts[k] > 0 && counts[k] < FEWEST)
        .mapToObj(k -> given.names().text(k))
        .toList();
  }
}
