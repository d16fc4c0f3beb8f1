package dev.softgate.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import dev.softgate.model.ResNet;
import dev.softgate.scoring.PhaseMetrics;
import dev.softgate.torch.TorchRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CheckpointStoreTest {

  private static Checkpoint template;

  @TempDir private Path folder;
  private CheckpointStore store;
  private final List<String> warnings = new ArrayList<>();

  @BeforeAll
  static void oneCheckpoint() {
    TorchRuntime.start(1);
    RunConfig config = TinyTraining.config("epochs", "100");
    TrainingData data = TinyTraining.data(30, 9, 9);
    ResNet network = new ResNet(config.model().spec(TinyTraining.CLASSES), 1);
    template =
        new Trainer(config, data, network, new CheckpointStore(Path.of("never written")), List.of())
            .checkpoint();
  }

  @BeforeEach
  void emptyStore() {
    store = new CheckpointStore(folder);
  }

  /** The template at some batch of the first epoch, to tell checkpoints apart. */
  private static Checkpoint at(int batch) {
    return at(template.config(), 0, batch);
  }

  private static Checkpoint at(RunConfig config, int epoch, int batch) {
    Progress progress = template.progress();
    return new Checkpoint(
        config,
        template.data(),
        new Progress(
            epoch, batch, progress.totals(), history(epoch), progress.best(), progress.effort()),
        template.network(),
        template.optimizers(),
        template.epochGates(),
        Checkpoint.Extras.NONE,
        null);
  }

  private static List<EpochMetrics> history(int epochs) {
    PhaseMetrics train = new PhaseMetrics(30, 0.5, 1, null, null);
    return IntStream.range(0, epochs)
        .mapToObj(epoch -> new EpochMetrics(epoch, 0.1, null, train, null, null, null))
        .toList();
  }

  private int newestBatch() {
    return store.newestUsable(warnings::add).progress().batch();
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
    }
  }

  /** Ways a file gets damaged. */
  enum Damage {
    TRUNCATED {
      @Override
      byte[] apply(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length / 2);
      }
    },
    LAST_BYTE_MISSING {
      @Override
      byte[] apply(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length - 1);
      }
    },
    LONGER {
      @Override
      byte[] apply(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length + 1);
      }
    },
    EMPTY {
      @Override
      byte[] apply(byte[] bytes) {
        return new byte[0];
      }
    },
    BIT_FLIPPED_IN_A_WEIGHT {
      @Override
      byte[] apply(byte[] bytes) {
        bytes[bytes.length / 2] ^= 1;
        return bytes;
      }
    },
    DIGIT_CHANGED_IN_THE_HEADER {
      @Override
      byte[] apply(byte[] bytes) {
        String header = new String(bytes, StandardCharsets.ISO_8859_1);
        bytes[header.indexOf("batch-size: 8") + 12] = '9';
        return bytes;
      }
    },
    ANOTHER_FILE {
      @Override
      byte[] apply(byte[] bytes) {
        return "not a checkpoint".getBytes(StandardCharsets.UTF_8);
      }
    };

    abstract byte[] apply(byte[] bytes);

    void inflictOn(Path file) {
      try {
        Files.write(file, apply(Files.readAllBytes(file)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void newestIsLast() throws IOException {
    store.saveLast(at(1));
    store.saveLast(at(2));
    store.saveLast(at(3));

    assertThat(newestBatch()).isEqualTo(3);
    assertThat(warnings).isEmpty();
    assertThat(Checkpoint.read(store.file("previous")).progress().batch()).isEqualTo(2);
    assertThat(names()).containsExactly("last.safetensors", "previous.safetensors");
  }

  @ParameterizedTest
  @EnumSource
  void fallsBackFromADamagedLast(Damage damage) {
    store.saveLast(at(1));
    store.saveLast(at(2));
    damage.inflictOn(store.file("last"));

    assertThat(newestBatch()).isEqualTo(1);
    assertThat(warnings).hasSize(2);
    assertThat(warnings.get(0)).contains("last.safetensors").hasLineCount(1);
    assertThat(warnings.get(1))
        .contains("continuing from", "previous.safetensors", "epoch 1, batch 2");
  }

  @ParameterizedTest
  @EnumSource
  void rejectsOnlyDamagedCheckpointsInOneLine(Damage damage) {
    store.saveLast(at(1));
    store.saveLast(at(2));
    store.saveBest(at(1));
    for (String name : List.of("last", "previous", "best")) {
      damage.inflictOn(store.file(name));
    }

    assertThatThrownBy(this::newestBatch)
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(
            folder.toString(), "no checkpoint to continue from", "last.safetensors", "train again")
        .message()
        .hasLineCount(1);
    assertThat(warnings).isEmpty();
  }

  @Test
  void rejectsAnEmptyFolderInOneLine() {
    assertThatThrownBy(this::newestBatch)
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(folder.toString(), "no checkpoint to continue from");
  }

  @Test
  void fallsBackFromAMissingLast() throws IOException {
    store.saveLast(at(1));
    store.saveLast(at(2));
    Files.delete(store.file("last"));

    assertThat(newestBatch()).isEqualTo(1);
    assertThat(warnings.get(0)).contains("last.safetensors");
  }

  @Test
  void finishesAReplacementThatAKillBrokeOff() throws IOException {
    store.saveLast(at(1));
    at(2).write(store.file("next"));

    store.finishReplacement();

    assertThat(names()).containsExactly("last.safetensors", "previous.safetensors");
    assertThat(Checkpoint.read(store.file("last")).progress().batch()).isEqualTo(2);
    assertThat(Checkpoint.read(store.file("previous")).progress().batch()).isEqualTo(1);
  }

  @Test
  void keepsTheLastIfItsReplacementIsDamaged() throws IOException {
    store.saveLast(at(1));
    at(2).write(store.file("next"));
    Damage.TRUNCATED.inflictOn(store.file("next"));

    store.finishReplacement();

    assertThat(Checkpoint.read(store.file("last")).progress().batch()).isEqualTo(1);
  }

  /** Killed after {@code next} was written: before either rename, or between them. */
  @Test
  void survivesAKillWhileReplacing() throws IOException {
    store.saveLast(at(1));
    at(2).write(store.file("next"));
    assertThat(newestBatch()).as("before the renames").isEqualTo(2);

    Files.move(store.file("last"), store.file("previous"));
    assertThat(newestBatch()).as("between the renames").isEqualTo(2);
    assertThat(warnings).isEmpty();

    store.saveLast(at(3));
    assertThat(newestBatch()).as("afterwards").isEqualTo(3);
    assertThat(names()).containsExactly("last.safetensors", "previous.safetensors");
  }

  @Test
  void skipsADamagedNext() {
    store.saveLast(at(1));
    at(2).write(store.file("next"));
    Damage.TRUNCATED.inflictOn(store.file("next"));

    assertThat(newestBatch()).isEqualTo(1);
    assertThat(warnings.get(0)).contains("next.safetensors");
  }

  @Test
  void keepsEveryFiftiethEpoch() throws IOException {
    for (int finished : new int[] {0, 1, 49, 50, 51, 99, 100}) {
      store.keepIfDue(at(template.config(), finished, finished));
    }

    assertThat(names()).containsExactly("epoch-0050.safetensors", "epoch-0100.safetensors");
    assertThat(newestBatch()).isEqualTo(100);
    Damage.EMPTY.inflictOn(store.file("epoch-0100"));
    assertThat(newestBatch()).isEqualTo(50);
  }

  @Test
  void keepsNetworksThatCannotResume() throws IOException {
    RunConfig config = TinyTraining.config("epochs", "100", "keep-every", "20");
    for (int finished : new int[] {0, 1, 20, 39, 40, 50, 60}) {
      store.keepIfDue(at(config, finished, finished));
    }

    assertThat(store.kept().keySet()).containsExactly(0, 20, 40, 50, 60);
    Path kept = store.file("epoch-0060");
    assertThat(Files.size(kept)).isLessThan(Files.size(store.file("epoch-0050")) * 2 / 3);
    assertThat(Checkpoint.read(kept).isWhole()).isFalse();
    assertThat(Checkpoint.read(kept).restoreNetwork().state().keySet())
        .isEqualTo(template.network().keySet());
    assertThat(newestBatch()).isEqualTo(50);
    assertThat(warnings).noneMatch(line -> line.contains("epoch-0060"));
    Files.delete(store.file("epoch-0050"));
    assertThatThrownBy(this::newestBatch)
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no checkpoint to continue from");
  }

  @Test
  void fallsBackToTheBestLast() {
    store.saveBest(at(4));
    assertThat(newestBatch()).isEqualTo(4);
  }

  @Test
  void roundTrips() {
    Path file = store.saveLast(at(3));

    Checkpoint read = Checkpoint.read(file);

    assertThat(read.config()).isEqualTo(template.config());
    assertThat(read.progress()).isEqualTo(at(3).progress());
    assertThat(read.data()).usingRecursiveComparison().isEqualTo(template.data());
    assertThat(read.epochGates()).isEqualTo(template.epochGates());
    assertThat(read.optimizers()).hasSameSizeAs(template.optimizers());
    read.optimizers()
        .forEach(
            (name, tensor) ->
                assertThat(tensor.data())
                    .isEqualTo(requireNonNull(template.optimizers().get(name)).data()));
    Map<String, HostTensor> restored = read.restoreNetwork().state();
    assertThat(restored.keySet())
        .containsExactlyElementsOf(template.network().keySet())
        .contains("g_layer.1.bias");
    template
        .network()
        .forEach(
            (name, tensor) ->
                assertThat(restored.get(name))
                    .as(name)
                    .extracting(HostTensor::data)
                    .isEqualTo(tensor.data()));
  }

  @Test
  void rejectsAnotherFormat() {
    Path file = folder.resolve("other.safetensors");
    Safetensors.writeSealed(file, template.network(), Map.of("format", "softgate-checkpoint-9"));

    assertThatThrownBy(() -> Checkpoint.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("other.safetensors", "not a checkpoint of this version");
  }

  @Test
  void rejectsMismatchedWeights() {
    Map<String, HostTensor> network = new LinkedHashMap<>(template.network());
    network.remove("fc.bias");
    Checkpoint broken =
        new Checkpoint(
            template.config(),
            template.data(),
            template.progress(),
            network,
            template.optimizers(),
            template.epochGates(),
            Checkpoint.Extras.NONE,
            null);

    assertThatThrownBy(broken::restoreNetwork)
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("do not fit its configuration", "fc.bias");
  }
}
