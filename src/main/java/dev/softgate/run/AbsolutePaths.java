package dev.softgate.run;

import dev.softgate.config.RunConfig;
import dev.softgate.config.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files and folders of a configuration as absolute paths: a run knows where its images, labels
 * and networks are, wherever it is looked at from.
 */
public final class AbsolutePaths {

  private static final String NONE = "none";

  private AbsolutePaths() {}

  /** The same configuration with absolute paths. */
  public static RunConfig of(RunConfig config) {
    Map<String, String> absolute = new LinkedHashMap<>();
    config
        .texts()
        .forEach(
            (key, path) -> {
              if (Settings.of(key).isInputFile()) {
                absolute.put(key, absolute(path));
              }
            });
    absolute.put("dataset", dataset(config.data().dataset()));
    absolute.put("init", network(config.optimization().init()));
    Path teacher = config.skipping().distill();
    absolute.put(
        "distill", teacher == null ? NONE : absolute(RunFolder.locate(teacher).toString()));
    return config.with(absolute);
  }

  /** The text of a setting, absolute where it names a folder of images or a label file. */
  public static String of(String key, String text) {
    return key.equals("dataset") ? dataset(text) : key.equals("labels") ? absolute(text) : text;
  }

  /** A data set's name with an absolute folder, where it has one. */
  public static String dataset(String name) {
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon + 1) + absolute(name.substring(colon + 1));
  }

  private static String network(String init) {
    int colon = init.indexOf(':');
    return colon < 0
        ? init
        : init.substring(0, colon + 1)
            + absolute(RunFolder.locate(Path.of(init.substring(colon + 1))).toString());
  }

  /** The text of an absolute path. */
  public static String of(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }

  private static String absolute(String path) {
    return path.equals(NONE) ? path : of(Path.of(path));
  }
}
