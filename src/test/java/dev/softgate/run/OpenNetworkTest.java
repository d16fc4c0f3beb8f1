package dev.softgate.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.config.RunConfig;
import dev.softgate.engine.Compute;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.NonFiniteException;
import dev.softgate.evaluation.Predictions;
import dev.softgate.evaluation.SkipBlend;
import dev.softgate.evaluation.SkipRule;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.ResNet;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.TinyTraining;
import dev.softgate.training.TrainingData;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OpenNetworkTest {

  private static final TrainingData DATA = TinyTraining.data(20, 0, 10);
  private static final RunConfig CONFIG = TinyTraining.config("engine", "libtorch");

  private static Checkpoint checkpoint() {
    ResNet network = new ResNet(CONFIG.model().spec(TinyTraining.CLASSES), 1);
    return Checkpoint.untrained(CONFIG, Checkpoint.DataFacts.of(DATA), network);
  }

  private static Compute compute(Checkpoint checkpoint) {
    return CONFIG.execution().compute(checkpoint.spec());
  }

  @Test
  void predictsAsTheCheckpointDoes() {
    Checkpoint checkpoint = checkpoint();
    Predictions expected =
        new Evaluator(checkpoint.restoreNetwork(), DATA.normalization())
            .evaluate(DATA.dataset().test(), DATA.test());
    try (OpenNetwork opened = OpenNetwork.of(checkpoint, compute(checkpoint))) {
      assertThat(opened.classNames()).containsExactly("red", "green", "blue");
      assertThat(opened.normalization().sameAs(DATA.normalization())).isTrue();
      Predictions whole = opened.evaluator().evaluate(DATA.dataset().test(), DATA.test());
      assertThat(whole.logits()).isEqualTo(expected.logits());
      boolean[] skipped =
          opened
              .skipping(SkipBlend.HARD)
              .evaluate(DATA.dataset().test(), DATA.test(), SkipRule.atThresholds(List.of(1.01)))
              .skipped()
              .get(0);
      assertThat(skipped).containsOnly(true);
    }
  }

  @Test
  void refusesNonFinitePredictionsNamingTheOption() {
    Checkpoint sound = checkpoint();
    ResNet network = sound.restoreNetwork();
    Map<String, HostTensor> state = network.state();
    HostTensor bias = Objects.requireNonNull(state.get("fc.bias"));
    float[] values = bias.toFloats();
    Arrays.fill(values, Float.NaN);
    state.put("fc.bias", HostTensor.ofFloats(values, bias.shape()));
    network.load(state);
    Checkpoint broken = Checkpoint.untrained(CONFIG, sound.data(), network);
    assertThatThrownBy(
            () -> OpenNetwork.checked("{distill}", broken, sound.data(), compute(broken)))
        .isInstanceOf(NonFiniteException.class)
        .hasMessageStartingWith("distill: the network")
        .hasMessageContaining("predicts NaN or infinity");
  }
}
