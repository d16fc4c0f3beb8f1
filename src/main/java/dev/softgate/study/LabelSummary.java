package dev.softgate.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.softgate.BadInputException;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.ReportJson;
import dev.softgate.run.TextFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code scores.json} as the report page reads it. The file holds a whole {@link ScoreReport};
 * these are the keys that a reader cannot compute from {@code scores.csv}.
 *
 * @param tooWeak why the network is too weak to flag labels and estimate noise; null if it is not,
 *     or in earlier files
 * @param noiseByClass the estimated share of wrong labels by class name; null for a class with too
 *     few images, or if the network is too weak
 * @param memory with {@code --gate memory}, the accuracies on training images with owned channels
 *     on and off, by name; else null
 * @param auroc the AUROC of each score against the true labels, by name; empty if these are unknown
 */
public record LabelSummary(
    @Nullable String tooWeak,
    Map<String, @Nullable Double> noiseByClass,
    @Nullable Map<String, @Nullable Double> memory,
    Map<String, Double> auroc) {

  static final String TOO_WEAK = "too_weak";
  static final String NOISE = "noise_estimate_by_class";
  static final String MEMORY = "memory";
  static final String AGAINST_TRUTH = "against_truth";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Writes a report to a file atomically. */
  static void write(Path file, ScoreReport report) {
    AtomicFiles.writeString(file, ReportJson.pretty(report));
  }

  /**
   * Reads a file that {@link #write} wrote.
   *
   * @throws BadInputException if it is malformed
   */
  public static LabelSummary read(Path file) {
    JsonNode all;
    try {
      all = JSON.readTree(TextFiles.read(file));
    } catch (JsonProcessingException e) {
      throw bad(file);
    }
    Map<String, @Nullable Double> noise = numbers(file, all, NOISE);
    if (noise == null) {
      throw bad(file);
    }
    return new LabelSummary(
        all.path(TOO_WEAK).textValue(), noise, numbers(file, all, MEMORY), auroc(file, all));
  }

  /**
   * The part of a data set that a file of {@code score --dataset} is about, such as {@code test}.
   *
   * @return empty for a run's file
   * @throws BadInputException if it is malformed
   */
  public static String readSplit(Path file) {
    try {
      return JSON.readTree(TextFiles.read(file)).path("split").asText("");
    } catch (JsonProcessingException e) {
      throw bad(file);
    }
  }

  private static Map<String, Double> auroc(Path file, JsonNode all) {
    Map<String, Double> auroc = new LinkedHashMap<>();
    for (JsonNode row : all.path(AGAINST_TRUTH)) {
      if (!row.path("score").isTextual() || !row.path("auroc").isNumber()) {
        throw bad(file);
      }
      auroc.put(row.path("score").textValue(), row.path("auroc").doubleValue());
    }
    return auroc;
  }

  private static @Nullable Map<String, @Nullable Double> numbers(
      Path file, JsonNode all, String key) {
    JsonNode object = all.get(key);
    if (object == null) {
      return null;
    }
    Map<String, @Nullable Double> numbers = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      JsonNode value = field.getValue();
      if (!value.isNumber() && !value.isNull()) {
        throw bad(file);
      }
      numbers.put(field.getKey(), value.isNull() ? null : value.doubleValue());
    }
    return numbers;
  }

  private static BadInputException bad(Path file) {
    return new BadInputException(file + " is not a file of softgate score; score the run again");
  }
}
