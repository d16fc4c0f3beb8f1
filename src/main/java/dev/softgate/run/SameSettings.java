package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.config.Affects;
import dev.softgate.config.ConfigKey;
import dev.softgate.config.RunConfig;
import dev.softgate.config.Settings;
import dev.softgate.distributed.ProcessGroup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Whether processes that train together were started with the same options. */
public final class SameSettings {

  private SameSettings() {}

  /**
   * Compares the settings of all processes with those of rank 0; paths, threads and whatever else
   * leaves the result as it is may differ.
   *
   * @param asked what this process was asked to train
   * @throws BadInputException in all processes, if those of one differ
   */
  public static void require(ProcessGroup group, RunConfig asked) {
    if (group.isAlone()) {
      return;
    }
    List<Map<String, String>> all = new ArrayList<>();
    for (byte[] bytes : group.gather(text(asked).getBytes(StandardCharsets.UTF_8))) {
      all.add(settings(new String(bytes, StandardCharsets.UTF_8)));
    }
    Map<String, String> first = all.get(0);
    for (int rank = 1; rank < all.size(); rank++) {
      for (Map.Entry<String, String> setting : all.get(rank).entrySet()) {
        String other = Objects.requireNonNullElse(first.get(setting.getKey()), "none");
        if (!setting.getValue().equals(other)) {
          throw new BadInputException(
              "rank %s was started with {"
                  + setting.getKey()
                  + "} %s, rank 0 with %s; start all with the same options",
              rank,
              setting.getValue(),
              other);
        }
      }
    }
  }

  private static String text(RunConfig config) {
    Map<String, String> texts = config.texts();
    StringBuilder lines = new StringBuilder();
    for (ConfigKey key : Settings.all()) {
      if (key.affects(Affects.RESULT) || key.affects(Affects.RECORD)) {
        lines.append(key.name()).append('=').append(texts.get(key.name())).append('\n');
      }
    }
    return lines.toString();
  }

  private static Map<String, String> settings(String text) {
    Map<String, String> settings = new LinkedHashMap<>();
    text.lines()
        .forEach(
            line -> {
              int end = line.indexOf('=');
              settings.put(line.substring(0, end), line.substring(end + 1));
            });
    return settings;
  }
}
