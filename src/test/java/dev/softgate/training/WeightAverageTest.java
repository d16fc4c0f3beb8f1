package dev.softgate.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.config.Overrides;
import dev.softgate.config.RunConfig;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.Predictions;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.ResNet;
import dev.softgate.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a plain average in double precision of the weights after each step. */
class WeightAverageTest {

  private static final TrainingData DATA = TinyTraining.data(30, 21, 9);

  @TempDir private Path folder;

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  private static Map<String, double[]> doubles(ResNet network) {
    Map<String, double[]> all = new LinkedHashMap<>();
    network
        .state()
        .forEach(
            (name, tensor) -> {
              if (tensor.type() == ElementType.F32) {
                float[] values = tensor.toFloats();
                double[] row = new double[values.length];
                for (int i = 0; i < row.length; i++) {
                  row[i] = values[i];
                }
                all.put(name, row);
              }
            });
    return all;
  }

  private Checkpoint trained(RunConfig config, Map<String, double[]> naive) throws IOException {
    ResNet network =
        new ResNet(config.model().spec(TinyTraining.CLASSES), config.optimization().seed());
    naive.putAll(doubles(network));
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepFinished(StepProgress progress) {
            doubles(network)
                .forEach(
                    (name, values) -> {
                      double[] average = requireNonNull(naive.get(name));
                      for (int i = 0; i < values.length; i++) {
                        average[i] = 0.8 * average[i] + 0.2 * values[i];
                      }
                    });
          }
        };
    CheckpointStore store = new CheckpointStore(Files.createTempDirectory(folder, "run"));
    try (BackboneEngine engine = config.execution().compute(network.spec()).attach(network)) {
      Trainer trainer = new Trainer(config, DATA, network, store, List.of(listener));
      assertThat(trainer.train(() -> false)).isTrue();
    }
    return Checkpoint.read(store.file("final"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "engine=libtorch gate=classifier",
        "engine=onednn gate=classifier gate-iters=2",
        "engine=onednn gate=none",
        "engine=libtorch gate=exclusive gate-penalty=l2",
        "engine=onednn gate=memory",
      })
  void isEvaluatedAndSaved(String options) throws IOException {
    RunConfig config = TinyTraining.config().with(Overrides.of(options + " canvas=none ema=0.8"));
    Map<String, double[]> naive = new LinkedHashMap<>();

    Checkpoint checkpoint = trained(config, naive);

    naive.forEach(
        (name, values) -> {
          float[] found = requireNonNull(checkpoint.network().get(name)).toFloats();
          for (int i = 0; i < values.length; i++) {
            assertThat((double) found[i])
                .as(name)
                .isCloseTo(values[i], within(2e-6 * Math.max(1, Math.abs(values[i]))));
          }
        });
    ResNet restored = checkpoint.restoreNetwork();
    Predictions predictions =
        new Evaluator(restored, DATA.normalization())
            .evaluate(DATA.dataset().train(), DATA.validation());
    EpochMetrics last = checkpoint.progress().history().get(1);
    assertThat(requireNonNull(last.validation()).classificationLoss())
        .isCloseTo(predictions.metrics().classificationLoss(), within(1e-5));
  }

  /** The average watches: the weights of the steps are those of a training without it. */
  @ParameterizedTest
  @ValueSource(strings = {"gate=classifier", "gate=memory"})
  void doesNotChangeTheTraining(String gate) throws IOException {
    RunConfig plain = TinyTraining.config().with(Overrides.of(gate));
    Map<String, HostTensor> without = trained(plain, new LinkedHashMap<>()).network();

    Checkpoint with = trained(plain.with(Map.of("ema", "0.8")), new LinkedHashMap<>());

    assertThat(with.extras().trained().keySet()).isEqualTo(without.keySet());
    without.forEach(
        (name, tensor) ->
            assertThat(requireNonNull(with.extras().trained().get(name)).data())
                .as(name)
                .isEqualTo(tensor.data()));
    assertThat(requireNonNull(with.network().get("conv1.weight")).data())
        .isNotEqualTo(requireNonNull(without.get("conv1.weight")).data());
  }

  @Test
  void keptNetworksAreAveragesAlone() throws IOException {
    RunConfig config = TinyTraining.config("ema", "0.8");
    Checkpoint whole = trained(config, new LinkedHashMap<>());
    Path file = folder.resolve("kept.safetensors");

    whole.networkOnly().write(file);

    Checkpoint kept = Checkpoint.read(file);
    assertThat(kept.extras().trained()).isEmpty();
    assertThat(kept.isWhole()).isFalse();
    assertThat(requireNonNull(kept.network().get("conv1.weight")).data())
        .isEqualTo(requireNonNull(whole.network().get("conv1.weight")).data());
  }
}
