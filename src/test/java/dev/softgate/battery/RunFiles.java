package dev.softgate.battery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import dev.softgate.interop.TensorBoardEvents;
import dev.softgate.interop.TensorBoardEvents.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The differences between two runs of one configuration in all files except for times: weights,
 * optimizers and progress of each checkpoint, configuration, metrics, dynamics, gates, scores, and
 * what TensorBoard shows of the event files.
 */
final class RunFiles {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** JSON keys that contain times or identify a process. */
  private static final Set<String> TIMES =
      Set.of(
          "trainSeconds",
          "totalSeconds",
          "images_per_second",
          "epoch_seconds",
          "peak_rss_bytes",
          "started",
          "resumed",
          "command",
          "run",
          "scores");

  /** Keys that depend on the clock or on the course of the run, not on its result. */
  private static final Set<String> OF_THE_WAY =
      Set.of(
          "checkpoints/previous.safetensors",
          "train.log",
          "sessions.txt",
          "timing.csv",
          "run.lock");

  private RunFiles() {}

  /** One line per difference; empty if there is none. */
  static List<String> differences(Path expected, Path actual) {
    List<String> differences = new ArrayList<>();
    Set<String> names = names(expected);
    Set<String> others = names(actual);
    if (!names.equals(others)) {
      differences.add("files " + names + " and " + others);
      names.retainAll(others);
    }
    for (String name : names) {
      differences.addAll(compare(name, expected.resolve(name), actual.resolve(name)));
    }
    if (!events(expected).equals(events(actual))) {
      differences.add("events");
    }
    return differences;
  }

  private static List<String> compare(String name, Path expected, Path actual) {
    try {
      if (name.endsWith(".safetensors")) {
        return sealed(name, expected, actual);
      }
      boolean same =
          name.endsWith(".json")
              ? withoutTimes(Files.readString(expected))
                  .equals(withoutTimes(Files.readString(actual)))
              : Files.mismatch(expected, actual) < 0;
      return same ? List.of() : List.of(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> sealed(String name, Path expected, Path actual) {
    Safetensors.Contents left = Safetensors.readSealed(expected);
    Safetensors.Contents right = Safetensors.readSealed(actual);
    List<String> differences = new ArrayList<>();
    Set<String> keys = new TreeSet<>(left.tensors().keySet());
    keys.addAll(right.tensors().keySet());
    for (String key : keys) {
      if (!same(left.tensors().get(key), right.tensors().get(key))) {
        differences.add(name + " " + key);
      }
    }
    keys = new TreeSet<>(left.metadata().keySet());
    keys.addAll(right.metadata().keySet());
    for (String key : keys) {
      if (!Objects.equals(
          withoutTimes(left.metadata().get(key)), withoutTimes(right.metadata().get(key)))) {
        differences.add(name + " metadata " + key);
      }
    }
    return differences;
  }

  private static boolean same(@Nullable HostTensor left, @Nullable HostTensor right) {
    return left != null
        && right != null
        && left.type() == right.type()
        && Arrays.equals(left.shape(), right.shape())
        && left.data().equals(right.data());
  }

  private static Object withoutTimes(@Nullable String text) {
    if (text == null || !text.startsWith("{")) {
      return String.valueOf(text);
    }
    try {
      JsonNode tree = JSON.readTree(text);
      strip(tree);
      return tree;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void strip(JsonNode tree) {
    if (tree instanceof ObjectNode object) {
      object.remove(TIMES);
    }
    tree.forEach(RunFiles::strip);
  }

  private static Set<String> names(Path run) {
    try (Stream<Path> files = Files.walk(run)) {
      Set<String> names = new TreeSet<>();
      files
          .filter(Files::isRegularFile)
          .map(file -> run.relativize(file).toString())
          .filter(name -> !OF_THE_WAY.contains(name) && !name.startsWith("events."))
          .forEach(names::add);
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What TensorBoard shows: a resumed file hides earlier records from its first step on. */
  private static Map<Long, List<String>> events(Path run) {
    TreeMap<Long, List<String>> shown = new TreeMap<>();
    try (Stream<Path> files = Files.list(run)) {
      for (Path file :
          files
              .filter(f -> String.valueOf(f.getFileName()).startsWith("events."))
              .sorted()
              .toList()) {
        for (Message event : TensorBoardEvents.readWhole(file)) {
          long step = event.has(2) ? (Long) event.only(2) : 0;
          if (event.has(7)) {
            shown.tailMap(step, true).clear();
          } else if (event.has(5)) {
            shown
                .computeIfAbsent(step, s -> new ArrayList<>())
                .add(HexFormat.of().formatHex((byte[]) event.only(5)));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return shown;
  }
}
