package dev.softgate.torch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.interop.HostTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MovingAverageTest {

  private static void set(BatchNorm2d norm, float weight, float[] mean, float[] variance, long n) {
    Map<String, HostTensor> state = new LinkedHashMap<>(norm.state());
    state.put("weight", HostTensor.ofFloats(new float[] {weight, weight}, 2));
    state.put("running_mean", HostTensor.ofFloats(mean, 2));
    state.put("running_var", HostTensor.ofFloats(variance, 2));
    state.put("num_batches_tracked", HostTensor.ofLongs(new long[] {n}));
    norm.load(state);
  }

  private static float[] floats(MovingAverage average, String name) {
    return requireNonNull(average.state().get(name)).toFloats();
  }

  /**
   * PyTorch 2.13: AveragedModel with get_ema_multi_avg_fn(0.9) and use_buffers of a batch norm that
   * has seen (1, 2) and (3, 5 + i) in its steps, and whose weight was then 1 + i.
   */
  @Test
  void averagesAsPyTorch() {
    BatchNorm2d norm = new BatchNorm2d(2);
    set(norm, 1, new float[] {0.2f, 0.35f}, new float[] {1.1f, 1.35f}, 1);
    MovingAverage average = new MovingAverage(norm, 0.9);
    set(norm, 2, new float[] {0.38f, 0.715f}, new float[] {1.19f, 2.015f}, 2);
    average.update();
    set(norm, 3, new float[] {0.542f, 1.0935f}, new float[] {1.271f, 3.0635f}, 3);
    average.update();

    assertThat(floats(average, "weight"))
        .containsExactly(new float[] {1.29f, 1.29f}, within(1e-6f));
    assertThat(floats(average, "running_mean"))
        .containsExactly(new float[] {0.2504f, 0.4572f}, within(1e-6f));
    assertThat(floats(average, "running_var"))
        .containsExactly(new float[] {1.1252f, 1.5812f}, within(1e-6f));
    assertThat(requireNonNull(average.state().get("num_batches_tracked")).toLongs())
        .as("copied")
        .containsExactly(3);
  }

  @Test
  void livesOutsideOfScopes() {
    BatchNorm2d norm = new BatchNorm2d(2);
    MovingAverage average;
    try (Scope scope = Scope.open()) {
      average = new MovingAverage(norm, 0.5);
    }
    set(norm, 3, new float[2], new float[2], 0);
    average.update();
    assertThat(floats(average, "weight")).containsExactly(1.5f, 1.5f); // from 0
  }
}
