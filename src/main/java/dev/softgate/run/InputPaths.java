package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.config.ConfigKey;
import dev.softgate.config.RunConfig;
import dev.softgate.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files and folders that a configuration needs before a training can start. */
public final class InputPaths {

  private InputPaths() {}

  /**
   * Checks that they exist, without reading them. CIFAR may be downloaded later.
   *
   * @param config with absolute paths
   * @throws BadInputException if one is missing, with its setting
   */
  public static void require(RunConfig config) {
    config
        .texts()
        .forEach(
            (name, text) -> {
              ConfigKey key = Settings.of(name);
              if (key.isInputFile() && key.nullable() && !text.equals("none")) {
                require(name, text);
              }
            });
    requireAfterColon("dataset", config.data().dataset());
    requireAfterColon("init", config.optimization().init());
    if (config.skipping().distill() != null) {
      require("distill", config.skipping().distill().toString());
    }
  }

  private static void requireAfterColon(String name, String text) {
    int colon = text.indexOf(':');
    if (colon >= 0) {
      require(name, text.substring(colon + 1));
    }
  }

  private static void require(String name, String path) {
    if (!Files.exists(Path.of(path))) {
      throw new BadInputException("{" + name + "}: %s: no such file or folder", path);
    }
  }
}
