package dev.softgate.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.config.RunConfig;
import dev.softgate.distributed.ProcessGroup;
import dev.softgate.model.Backbone;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.Leg;
import dev.softgate.model.Pass;
import dev.softgate.model.ResNet;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StandbyTest {

  private static final int GRACE_MILLIS = 200;
  private static final RunConfig CONFIG = TinyTraining.config("dynamics", "plain");
  private static final TrainingData DATA = TinyTraining.data(24, 6, 6); // 3 batches an epoch

  @TempDir Path folder;

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  /** Where the training is asked to stop and busy for longer than the grace. */
  private enum Place {
    FIRST_STEP(false, 1, 0, 0),
    STEP(false, 5, 1, 1),
    EVALUATION(true, 1, 0, 3);

    private final boolean evaluation;
    private final int number;
    private final int epoch;
    private final int batch;

    /** In the {@code number}th such pass, which the training begins at this batch. */
    Place(boolean evaluation, int number, int epoch, int batch) {
      this.evaluation = evaluation;
      this.number = number;
      this.epoch = epoch;
      this.batch = batch;
    }
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void savesTheStateBeforeALongStep(Place place) throws IOException {
    List<@Nullable Checkpoint> left = Collections.synchronizedList(new ArrayList<>());
    CheckpointStore store = store("left");
    ResNet network = network();
    SlowEngine engine = new SlowEngine(place, network.engine());
    network.runOn(engine);
    Trainer trainer =
        new Trainer(
            CONFIG,
            DATA,
            network,
            Objective.LABELS,
            new TrainingRecord(store, folder.resolve("d"), List.of()),
            ProcessGroup.alone());
    try (Standby standby = Standby.watch(engine, GRACE_MILLIS, leave(left))) {
      assertThat(trainer.train(engine, standby)).isFalse();
    }
    assertThat(left).hasSize(1);
    Checkpoint given = left.get(0);
    Checkpoint saved = given == null ? untrained() : given;
    assertThat(given == null).isEqualTo(place == Place.FIRST_STEP); // it is on disk
    assertThat(saved.progress().epoch()).isEqualTo(place.epoch);
    assertThat(saved.progress().batch()).isEqualTo(place.batch);

    Trainer resumed = trainer("resumed");
    resumed.restore(saved);
    assertThat(resumed.train(() -> false)).isTrue();
    Trainer whole = trainer("whole");
    assertThat(whole.train(() -> false)).isTrue();
    assertThat(bits(resumed.checkpoint())).isEqualTo(bits(whole.checkpoint()));
    assertThat(resumed.progress().history()).isEqualTo(whole.progress().history());
    assertThat(resumed.progress().effort().images()).isEqualTo(whole.progress().effort().images());
    assertThat(bits(saved)).as("control: of the middle").isNotEqualTo(bits(whole.checkpoint()));
  }

  @Test
  void waitsForStepsWithinTheGracePeriod() throws InterruptedException {
    List<@Nullable Checkpoint> left = Collections.synchronizedList(new ArrayList<>());
    try (Standby standby = Standby.watch(() -> true, GRACE_MILLIS, leave(left))) {
      standby.end();
      Thread.sleep(2 * GRACE_MILLIS);
      assertThat(left).isEmpty();
      standby.begin(null);
      Thread.sleep(GRACE_MILLIS);
      standby.end();
    }
    assertThat(left).hasSize(1);
  }

  private static Consumer<@Nullable Checkpoint> leave(List<@Nullable Checkpoint> left) {
    return left::add;
  }

  /** Weights and velocities. */
  private static Map<String, ByteBuffer> bits(Checkpoint checkpoint) {
    Map<String, ByteBuffer> bits = new LinkedHashMap<>();
    checkpoint.network().forEach((name, tensor) -> bits.put(name, tensor.data()));
    checkpoint.optimizers().forEach((name, tensor) -> bits.put(name, tensor.data()));
    return bits;
  }

  private static ResNet network() {
    return new ResNet(CONFIG.model().spec(TinyTraining.CLASSES), CONFIG.optimization().seed());
  }

  private CheckpointStore store(String name) throws IOException {
    return new CheckpointStore(Files.createDirectories(folder.resolve(name)));
  }

  private Trainer trainer(String name) throws IOException {
    return new Trainer(
        CONFIG,
        DATA,
        network(),
        Objective.LABELS,
        new TrainingRecord(store(name), folder.resolve(name + "-d"), List.of()),
        ProcessGroup.alone());
  }

  private Checkpoint untrained() throws IOException {
    return trainer("untrained").checkpoint();
  }

  /** Sleeps in each pass of a step, and in one pass until the training should have been left. */
  private static final class SlowEngine implements BackboneEngine, BooleanSupplier {
    private final Place place;
    private final BackboneEngine engine;
    private int passes;
    private volatile boolean asked;

    SlowEngine(Place place, BackboneEngine engine) {
      this.place = place;
      this.engine = engine;
    }

    /** Whether to stop. */
    @Override
    public boolean getAsBoolean() {
      return asked;
    }

    @Override
    public Backbone.Taps forward(Leg leg, Tensor input, Pass pass) {
      try {
        Thread.sleep(GRACE_MILLIS / 2 + 10);
        if ((pass == Pass.EVALUATION) == place.evaluation
            && leg.stem() != null
            && ++passes == place.number) {
          asked = true;
          Thread.sleep(3 * GRACE_MILLIS);
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return engine.forward(leg, input, pass);
    }

    @Override
    public @Nullable Tensor backward(Leg leg, Backbone.Taps taps) {
      return engine.backward(leg, taps);
    }

    @Override
    public Tensor shared(Leg leg, Tensor input) {
      return engine.shared(leg, input);
    }

    @Override
    public Tensor additional(Leg leg, Tensor o1, int[] images) {
      return engine.additional(leg, o1, images);
    }

    @Override
    public void close() {
      engine.close();
    }
  }
}
