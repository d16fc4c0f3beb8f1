package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.data.Decoding;
import dev.softgate.interop.ReportJson;
import dev.softgate.run.FeatureNetwork;
import dev.softgate.training.Checkpoint;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The metadata of a file of features, by name. */
final class FeatureMetadata {

  /** Tells that a file holds features, and of which version it is. */
  private static final String FORMAT = "format";

  private static final String FEATURES = "softgate-features-1";
  private static final String ENGINE = "engine";
  private static final String PRECISION = "precision";
  private static final String THREADS = "threads";
  private static final String UNREADABLE = "unreadable";

  private FeatureMetadata() {}

  static boolean isFeatures(Map<String, String> metadata) {
    return FEATURES.equals(metadata.get(FORMAT));
  }

  /** What tells about a network. */
  static Map<String, String> of(FeatureNetwork network) {
    Checkpoint checkpoint = network.checkpoint();
    Checkpoint.DataFacts data = checkpoint.data();
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(FORMAT, FEATURES);
    texts.put("network", network.name());
    texts.put("network_sha256", network.sha256());
    texts.put("image_size", Decoding.imageSize(data.height(), data.width()));
    texts.put("normalization", data.normalization().text());
    texts.put("trained_on", checkpoint.config().data().dataset());
    if (data.dataSha256() != null) {
      texts.put("trained_on_sha256", data.dataSha256());
    }
    return texts;
  }

  /** How features are computed. */
  static Map<String, String> of(Computed computed) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(ENGINE, computed.engine());
    texts.put(PRECISION, computed.precision());
    texts.put(THREADS, Integer.toString(computed.threads()));
    return texts;
  }

  /** What {@link #of(Computed)} wrote; BadInputException if it is not all there. */
  static Computed computed(Map<String, String> texts, Path file) {
    String engine = texts.get(ENGINE);
    String precision = texts.get(PRECISION);
    if (engine == null || precision == null) {
      throw new BadInputException("%s does not tell how it was computed; write it again", file);
    }
    return new Computed(engine, precision, number(texts, THREADS, file));
  }

  static Map<String, String> unreadable(int files) {
    return Map.of(UNREADABLE, Integer.toString(files));
  }

  /** How many files were left out. */
  static int unreadable(Map<String, String> texts, Path file) {
    return number(texts, UNREADABLE, file);
  }

  static int number(Map<String, String> texts, String key, Path file) {
    String text = texts.getOrDefault(key, "");
    if (!text.matches("\\d{1,9}")) {
      throw new BadInputException("%s: its %s is '%s'; write it again", file, key, text);
    }
    return Integer.parseInt(text);
  }

  static String json(List<String> texts) {
    return ReportJson.tree(Map.of("all", texts)).get("all").toString();
  }
}
