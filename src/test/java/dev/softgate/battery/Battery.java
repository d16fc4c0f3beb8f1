package dev.softgate.battery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The size of the battery, its seed, and its working folder. Each count is a system property, such
 * as {@code -Dbattery.kills=5}.
 */
final class Battery {

  /** The tag of its tests. */
  static final String TAG = "battery";

  /**
   * The number of trainings, or shards of mutations, that run at a time; each computes with one
   * thread.
   */
  static final int AT_A_TIME = count("processes", 2);

  private static final long SEED = Long.getLong("battery.seed", 1);

  private static final Path WORK = Path.of("target", TAG).toAbsolutePath();

  private Battery() {}

  static int count(String name, int whole) {
    return Integer.getInteger("battery." + name, whole);
  }

  /** Random numbers that depend only on the battery's seed, a name and a number. */
  static Random random(String name, int number) {
    return new Random(SEED * 1_000_003 + name.hashCode() * 31L + number);
  }

  static long seed() {
    return SEED;
  }

  /** The folder of all output. */
  static Path work() {
    return WORK;
  }

  /** Creates an empty folder. */
  static Path folder(String name) {
    Path folder = WORK.resolve(name);
    delete(folder);
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : all) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
