package dev.softgate.battery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.battery.Program.Ended;
import dev.softgate.battery.Program.Running;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Controls: a resealed checkpoint without part of the state leads to another result, and the
 * comparison of the other tests detects it. Refusing the checkpoint is equally good.
 */
@Tag(Battery.TAG)
class ControlTest {

  private static final Cell CELL = Cell.ALL.get(0);

  private static final String VELOCITY = "optimizer.main.velocity";

  /** The part that is left out, and where that must show. */
  enum LeftOut {
    MAIN_VELOCITY("weights") {
      @Override
      void from(Map<String, HostTensor> tensors, Map<String, String> metadata) {
        tensors.put(VELOCITY, zeros(tensors, VELOCITY));
      }
    },
    GATE_VELOCITY("weights") {
      @Override
      void from(Map<String, HostTensor> tensors, Map<String, String> metadata) {
        tensors.put("optimizer.gate.velocity", zeros(tensors, "optimizer.gate.velocity"));
      }
    },
    BATCH_NORM_STATISTICS("weights") {
      @Override
      void from(Map<String, HostTensor> tensors, Map<String, String> metadata) {
        tensors.put("model.bn1.running_mean", zeros(tensors, "model.bn1.running_mean"));
      }
    },
    /** The position in the epoch, which together with the seed is the whole random state. */
    POSITION("weights") {
      @Override
      void from(Map<String, HostTensor> tensors, Map<String, String> metadata) {
        replace(metadata, "progress", "\"batch\":(\\d+)", "\"batch\":1$1");
      }
    },
    SEED("weights") {
      @Override
      void from(Map<String, HostTensor> tensors, Map<String, String> metadata) {
        // A resumed run reads its configuration from its folder, see below.
      }
    },
    TOTALS("metrics.csv") {
      @Override
      void from(Map<String, HostTensor> tensors, Map<String, String> metadata) {
        replace(metadata, "progress", "\"classificationSum\":[^,]*", "\"classificationSum\":0.125");
      }
    },
    GATES_OF_THE_EPOCH("events") {
      @Override
      void from(Map<String, HostTensor> tensors, Map<String, String> metadata) {
        tensors.put("epoch.gates", zeros(tensors, "epoch.gates"));
      }
    },
    DYNAMICS_OF_THE_EPOCH("dynamics/") {
      @Override
      void from(Map<String, HostTensor> tensors, Map<String, String> metadata) {
        tensors.put("epoch.dynamics.margin", zeros(tensors, "epoch.dynamics.margin"));
      }
    };

    private final String shows;

    LeftOut(String shows) {
      this.shows = shows;
    }

    abstract void from(Map<String, HostTensor> tensors, Map<String, String> metadata);

    boolean shownBy(String difference) {
      return shows.equals("weights")
          ? difference.startsWith("checkpoints/final.safetensors model.")
          : difference.startsWith(shows);
    }
  }

  @ParameterizedTest
  @EnumSource
  void detectsMissingState(LeftOut part) throws IOException {
    Instant started = Instant.now();
    Path folder = Battery.folder("control/" + part);
    Path run = folder.resolve("runs/run");
    Path last = run.resolve("checkpoints/last.safetensors");
    stopWithinAnEpoch(folder, run);
    for (String other : List.of("next", "previous")) {
      Files.deleteIfExists(last.resolveSibling(other + ".safetensors"));
    }
    Safetensors.Contents saved = Safetensors.readSealed(last);
    Map<String, HostTensor> tensors = new LinkedHashMap<>(saved.tensors());
    Map<String, String> metadata = new LinkedHashMap<>(saved.metadata());
    part.from(tensors, metadata);
    if (part == LeftOut.SEED) {
      Path config = run.resolve("config.yaml");
      String text = Files.readString(config);
      assertThat(text).containsPattern("(?m)^  seed: 1$");
      Files.writeString(config, text.replaceFirst("(?m)^  seed: 1$", "  seed: 2"));
    }
    Safetensors.writeSealed(last, tensors, metadata);

    Ended end = Program.in(folder).run("train", "--resume", "runs/run");

    List<String> differences =
        end.exitCode() == 0 ? Reference.of(CELL).differences(run) : List.of();
    boolean refused = end.saysWhy(2);
    boolean seen = differences.stream().anyMatch(part::shownBy);
    Figures.add(
        "control",
        part.toString().toLowerCase(Locale.ROOT).replace('_', ' ') + " left out",
        1,
        refused || seen ? 1 : 0,
        refused ? "refused" : differences.size() + " differences",
        Duration.between(started, Instant.now()));
    assertThat(refused || seen).as("%s %s", end, differences).isTrue();
  }

  /** Stops within the second or third epoch and leaves a checkpoint. */
  private static void stopWithinAnEpoch(Path folder, Path run) {
    for (double share = 0.5; share < 1; share += 0.05) {
      Battery.delete(run);
      Running process = Program.in(folder).start(CELL.train());
      Reference undisturbed = Reference.of(CELL);
      if (Moment.ANY.await(
          process, run, share, undisturbed.nanos(), Battery.random("control", 0))) {
        process.signal("TERM");
        process.await();
        String progress =
            Safetensors.readMetadata(run.resolve("checkpoints/last.safetensors")).get("progress");
        if (String.valueOf(progress).matches("(?s)\\{\"epoch\":[12],\"batch\":[1-9].*")
            && !String.valueOf(progress).contains("\"batch\":12")) {
          return;
        }
      }
    }
    throw new IllegalStateException("no stop fell within an epoch");
  }

  private static HostTensor zeros(Map<String, HostTensor> tensors, String name) {
    HostTensor tensor = Objects.requireNonNull(tensors.get(name), name);
    return HostTensor.of(
        tensor.type(), ByteBuffer.allocate(tensor.data().remaining()), tensor.shape());
  }

  private static void replace(
      Map<String, String> metadata, String key, String pattern, String replacement) {
    String text = Objects.requireNonNull(metadata.get(key), key);
    String changed = text.replaceFirst(pattern, replacement);
    assertThat(changed).as(key).isNotEqualTo(text);
    metadata.put(key, changed);
  }
}
