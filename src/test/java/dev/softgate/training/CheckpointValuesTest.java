package dev.softgate.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.distributed.ProcessGroup;
import dev.softgate.interop.CraftedFile;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.ResNet;
import dev.softgate.torch.TorchRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The seal proves that a checkpoint is undamaged, not that it makes sense. */
class CheckpointValuesTest {

  @TempDir private static Path folder;
  private static RunConfig config;
  private static TrainingData data;
  private static Path good;

  /** Stopped within the second epoch, after the second of its four batches. */
  @BeforeAll
  static void stoppedTraining() {
    TorchRuntime.start(1);
    config = TinyTraining.config();
    data = TinyTraining.data(30, 9, 9);
    AtomicInteger asked = new AtomicInteger();
    trainer().train(() -> asked.incrementAndGet() == 6);
    good = folder.resolve("last.safetensors");
  }

  private static Trainer trainer() {
    ResNet network = new ResNet(config.model().spec(TinyTraining.CLASSES), 1);
    return new Trainer(
        config,
        data,
        network,
        Objective.LABELS,
        new TrainingRecord(new CheckpointStore(folder), folder.resolve("dynamics"), List.of()),
        ProcessGroup.alone());
  }

  private static List<String> refused() {
    return List.copyOf(CraftedCheckpoints.refused().keySet());
  }

  private static List<String> legal() {
    return List.copyOf(CraftedCheckpoints.legal().keySet());
  }

  private static Path crafted(Consumer<CraftedFile> change) {
    CraftedFile file = CraftedFile.of(good);
    change.accept(file);
    Path made = folder.resolve("crafted.safetensors");
    file.write(made);
    return made;
  }

  @Test
  void validCheckpointRoundTrips() {
    Progress progress = Checkpoint.read(good).progress();
    assertThat(progress.epoch()).isEqualTo(1);
    assertThat(progress.batch()).isEqualTo(2);
    assertThat(CraftedFile.of(good).tensors()).contains("epoch.dynamics.margin");
    assertThat(Checkpoint.read(crafted(file -> {})).progress()).isEqualTo(progress);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void rejectsImpossibleValues(String change) {
    Path file = crafted(requireNonNull(CraftedCheckpoints.refused().get(change)));

    assertThatThrownBy(() -> Checkpoint.read(file))
        .isInstanceOf(BadInputException.class)
        .message()
        .startsWith(file.toString())
        .hasLineCount(1)
        .hasSizeLessThan(2000);
  }

  @ParameterizedTest
  @MethodSource("legal")
  void acceptsUnusualValues(String change) {
    Checkpoint checkpoint =
        Checkpoint.read(crafted(requireNonNull(CraftedCheckpoints.legal().get(change))));
    assertThat(checkpoint.restoreNetwork().spec()).isEqualTo(checkpoint.spec());
    trainer().restore(checkpoint);
  }

  @Test
  void readsOrRejectsSeededChanges() {
    int taken = 0;
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      String[] change = new String[1];
      Path file = crafted(f -> change[0] = CraftedCheckpoints.change(f, random));
      try {
        Checkpoint checkpoint = Checkpoint.read(file);
        taken++;
        if (taken <= 10) {
          trainer().restore(checkpoint);
        }
      } catch (BadInputException e) {
        assertThat(e).message().as(change[0]).hasLineCount(1).startsWith(folder.toString());
      } catch (RuntimeException e) {
        throw new AssertionError("seed %d: %s".formatted(seed, change[0]), e);
      }
    }
    assertThat(taken).as("control: some changes are legal").isBetween(2, 30);
  }

  /** Ranges say nothing of the data set; the trainer does. */
  @ParameterizedTest
  @ValueSource(strings = {"/batch 3", "/batch 1", "/batch 2147483647"})
  void rejectsAPositionOutsideTheEpoch(String change) {
    String[] parts = change.split(" ", -1);
    Path file = crafted(f -> f.json("progress", parts[0], parts[1]));
    Checkpoint checkpoint = Checkpoint.read(file);
    Trainer trainer = trainer();

    assertThatThrownBy(() -> trainer.restore(checkpoint))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(file.toString(), "no place in an epoch of 30 images");
  }

  @Test
  void checksDynamicsAsAWhole() throws Exception {
    Path run = Files.createDirectories(folder.resolve("run"));
    Path own = Files.createDirectories(run.resolve("dynamics"));
    for (String name : List.of("images", "epoch-0001")) {
      Files.copy(
          folder.resolve("dynamics/" + name + ".safetensors"), own.resolve(name + ".safetensors"));
    }
    assertThatCode(() -> TrainingDynamics.open(run)).doesNotThrowAnyException();
    assertDynamicsRefused(run, "images", f -> f.tensor("ids", HostTensor.ofInts(new int[30], 30)));
    assertDynamicsRefused(run, "images", f -> f.tensor("ids", HostTensor.ofInts(new int[3], 3)));
    assertDynamicsRefused(
        run, "images", f -> f.tensor("ids", HostTensor.ofFloats(new float[30], 30)));
    assertDynamicsRefused(
        run, "images", f -> f.tensor("ids", HostTensor.ofInts(new int[0], 0, 1 << 30)));
    assertDynamicsRefused(run, "images", f -> f.withoutTensor("given"));
    assertDynamicsRefused(run, "images", f -> f.withoutTensor("ids"));
    assertDynamicsRefused(run, "images", f -> f.withoutText("format"));
    int[] negative = new int[30];
    negative[7] = -1;
    for (String labels : List.of("given", "clean")) {
      assertDynamicsRefused(run, "images", f -> f.tensor(labels, HostTensor.ofInts(negative, 30)));
    }
    for (String quantity : List.of("margin", "correct", "predicted", "g_b3")) {
      assertDynamicsRefused(
          run, "epoch-0001", f -> f.tensor(quantity, HostTensor.ofFloats(new float[30], 30)));
      assertDynamicsRefused(
          run, "epoch-0001", f -> f.tensor(quantity, HostTensor.ofHalves(new float[3], 3)));
    }
    float[] nan = new float[30];
    nan[29] = Float.NaN;
    assertDynamicsRefused(run, "epoch-0001", f -> f.tensor("loss", HostTensor.ofHalves(nan, 30)));
    nan[29] = 1e30f; // infinite as a half, as a great loss is
    CraftedFile.of(own.resolve("epoch-0001.safetensors"))
        .tensor("loss", HostTensor.ofHalves(nan, 30))
        .write(own.resolve("epoch-0001.safetensors"));
    assertThat(TrainingDynamics.open(run).values("loss")[0][29]).isInfinite();
  }

  private static void assertDynamicsRefused(Path run, String name, Consumer<CraftedFile> change)
      throws Exception {
    Path file = run.resolve("dynamics").resolve(name + ".safetensors");
    byte[] before = Files.readAllBytes(file);
    CraftedFile crafted = CraftedFile.of(file);
    change.accept(crafted);
    crafted.write(file);
    assertThatThrownBy(() -> TrainingDynamics.open(run))
        .isInstanceOf(BadInputException.class)
        .message()
        .startsWith(file.toString())
        .hasLineCount(1);
    Files.write(file, before);
  }
}
