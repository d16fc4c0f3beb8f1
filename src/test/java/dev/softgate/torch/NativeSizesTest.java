package dev.softgate.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes and numbers of threads that must not reach native code. */
class NativeSizesTest {

  @Test
  void rejectsEmptyImages() {
    assertThatThrownBy(() -> Tensor.ofImages(Device.CPU, new float[0], 2, 3, 0, 32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[2, 0, 32, 3]");
    assertThatThrownBy(() -> Tensor.ofImages(Device.CPU, new float[6], -1, 3, -2, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tensor.ofLabels(Device.CPU, new int[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tensor.over(ByteBuffer.allocateDirect(8), DType.FLOAT32, -1, 2, -1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rejectsOverflowingSizes() {
    assertThatThrownBy(() -> Tensor.zeros(Device.CPU, DType.FLOAT32, 1L << 40, 1L << 24))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tensor.zeros(Device.CPU, DType.FLOAT32, -1))
        .isInstanceOf(IllegalArgumentException.class);
    try (Scope scope = Scope.open()) {
      assertThat(Tensor.zeros(Device.CPU, DType.FLOAT32, 0).elements()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 2, 2", "1, 2, 1", "3, 2, 3", "64, 2, 64", "256, 64, 256"})
  void startsTheRequestedThreads(int asked, int processors, int threads) {
    assertThat(TorchRuntime.threads(asked, processors)).isEqualTo(threads);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65, 4096, Integer.MAX_VALUE})
  void rejectsTooManyThreads(int asked) {
    assertThatThrownBy(() -> TorchRuntime.threads(asked, 2))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("64")
        .hasMessageContaining(Integer.toString(asked));
  }
}
