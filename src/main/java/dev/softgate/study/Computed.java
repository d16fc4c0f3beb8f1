package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.engine.Compute;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a shard was computed; all shards of a set must agree.
 *
 * @param engine {@code onednn} or {@code libtorch}
 * @param precision {@code fp32} or {@code bf16}
 */
record Computed(String engine, String precision, int threads) {

  private static final String ENGINE = "the engine";
  private static final String PRECISION = "the precision";
  private static final String THREADS = "the number of threads";

  static Computed of(Compute compute) {
    return new Computed(compute.engine().text(), compute.precision().text(), compute.threads());
  }

  /** What {@link #settings} wrote into a file; BadInputException if it is not all there. */
  static Computed of(Map<String, String> settings, Path file) {
    String engine = settings.get(ENGINE);
    String precision = settings.get(PRECISION);
    String threads = settings.getOrDefault(THREADS, "");
    if (engine == null || precision == null || !threads.matches("\\d{1,9}")) {
      throw new BadInputException(
          "%s does not tell how it was computed; run the shard again", file);
    }
    return new Computed(engine, precision, Integer.parseInt(threads));
  }

  /** By name, as a shard's file records them. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(ENGINE, engine);
    settings.put(PRECISION, precision);
    settings.put(THREADS, Integer.toString(threads));
    return settings;
  }
}
