package dev.softgate.battery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.battery.Program.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * However an input is damaged, the command that reads it does its work or refuses in one line. A
 * failure names its number; {@code -Dbattery.mutation=N} runs that one alone, and its input stays
 * in {@code target/battery/mutation-0/work}.
 */
@Tag(Battery.TAG)
class MutationTest {

  private static final int MUTATIONS = Battery.count("mutations", 5000);

  /** The maximum number of restarts after mutations that ended their process. */
  private static final int MOST_RESTARTS = 20;

  /** The results of one process's mutations. */
  private static final class Shard {
    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private int done;

    private void add(String verdict) {
      counts.merge(verdict, 1, Integer::sum);
      done++;
    }
  }

  @Test
  void readsOrRejectsMutatedInputs() {
    int only = Integer.getInteger("battery.mutation", -1);
    Instant started = Instant.now();
    int shards = only >= 0 ? 1 : Battery.AT_A_TIME;

    List<Shard> results =
        Trials.run(
            IntStream.range(0, shards).boxed().toList(),
            shard ->
                only >= 0
                    ? mutate("mutation-0", only, only, 1)
                    : mutate("mutation-" + shard, shard, MUTATIONS - 1, shards));

    report("mutate", "bytes, text, and resealed files: read or refused", results, started);
  }

  @Test
  void everyReaderRejectsCraftedCheckpoints() {
    Instant started = Instant.now();
    Shard shard = new Shard();
    follow(start("crafted", Battery.folder("crafted").toString(), "crafted"), "crafted", shard);
    report(
        "craft",
        Crafted.values().length
            - 1
            + " checkpoints that make no sense, each with all its readers, and a sound one",
        List.of(shard),
        started);
  }

  private static void report(String part, String what, List<Shard> shards, Instant started) {
    Map<String, Integer> counts = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    for (Shard shard : shards) {
      shard.counts.forEach((verdict, count) -> counts.merge(verdict, count, Integer::sum));
      problems.addAll(shard.problems);
    }
    int tried = shards.stream().mapToInt(shard -> shard.done).sum();
    Figures.add(
        part,
        what,
        tried,
        tried - problems.size(),
        counts.toString().replaceAll("[{}]", ""),
        Duration.between(started, Instant.now()));
    try {
      Files.write(Battery.work().resolve(part + "-problems.txt"), problems);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(problems).isEmpty();
    assertThat(tried).isPositive();
  }

  private static Shard mutate(String name, int first, int last, int step) {
    Shard shard = new Shard();
    int next = first;
    for (int starts = 0; next <= last && starts < MOST_RESTARTS; starts++) {
      Path folder = Battery.folder(name);
      Running process =
          start(
              name,
              folder.toString(),
              Integer.toString(next),
              Integer.toString(last),
              Integer.toString(step));
      next = follow(process, name, shard) + step;
    }
    return shard;
  }

  private static Running start(String name, String... arguments) {
    return Program.in(Path.of("").toAbsolutePath())
        .with(
            "-Xmx1g",
            "-XX:TieredStopAtLevel=4",
            "-Djava.io.tmpdir=" + Battery.folder(name + "-tmp"))
        .startClass(MutationRun.class.getName(), arguments);
  }

  /** Waits for the end; returns the number of the last mutation that started. */
  private static int follow(Running process, String name, Shard shard) {
    try {
      process.process().waitFor();
      String err = Files.readString(process.err(), StandardCharsets.UTF_8);
      List<String> lines = Files.readAllLines(process.out(), StandardCharsets.UTF_8);
      Files.deleteIfExists(process.out());
      Files.deleteIfExists(process.err());
      Map<Integer, String> names = new TreeMap<>();
      Set<Integer> ended = new HashSet<>();
      int last = -1;
      for (String line : lines) {
        String[] words = line.split(" ", 3);
        if (words[0].equals("begin")) {
          last = Integer.parseInt(words[1]);
          names.put(last, words[2]);
        } else if (words[0].equals("end")) {
          int number = Integer.parseInt(words[1]);
          ended.add(number);
          boolean bad = words[2].startsWith("bad");
          shard.add(bad ? "wrong" : words[2].substring(3));
          if (bad) {
            shard.problems.add(
                "%s %d (%s): %s".formatted(name, number, names.get(number), words[2]));
          }
        }
      }
      if (last < 0) {
        throw new IllegalStateException("nothing was tried: " + tail(err));
      }
      if (!ended.contains(last)) {
        shard.add("ended the process");
        shard.problems.add(
            "%s %d (%s) ended the process with %d: %s"
                .formatted(name, last, names.get(last), process.process().exitValue(), tail(err)));
      }
      return last;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String tail(String text) {
    String line = text.strip().replaceAll("\\R", " | ");
    return line.substring(Math.max(0, line.length() - 600));
  }
}
