package dev.softgate.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.softgate.BadInputException;
import java.util.Map;
import org.bytedeco.pytorch.Context;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CudaTest {

  /** What libtorch 2.10 says, whose further lines are its stack. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "'Found no NVIDIA driver on your system. Please check', -,"
            + " 'this machine has no NVIDIA driver; install one for CUDA 13'",
        "'The NVIDIA driver on your system is too old (found version 12020).', -,"
            + " 'the NVIDIA driver is too old; install one for CUDA 13'",
        "No CUDA GPUs are available, -, 'the NVIDIA driver finds no graphics card'",
        "No CUDA GPUs are available, -1,"
            + " 'the NVIDIA driver shows no graphics card with CUDA_VISIBLE_DEVICES=-1'",
        "CUDA unknown error, -, CUDA does not start: CUDA unknown error"
      })
  void saysWhatIsMissingInOneLine(String message, @Nullable String visible, String expected) {
    assertThat(Cuda.reason(message + "\nframe #0: c10", visible)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "cuda:1"})
  void refusesCardsWithABuildForTheCpu(String name) {
    NativeLibraries.unpack();
    assumeThat(Context.hasCUDART()).as("a build for CUDA").isFalse();
    assertThatThrownBy(() -> Device.named(name))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("device " + name + ": ", "-Pcuda", "device cpu");
    assertThat(Device.named("auto")).isEqualTo(Device.CPU);
  }

  @Test
  void takesTheCardOfTheLocalRank() {
    assertThat(Device.localRank(Map.of())).isZero();
    assertThat(Device.localRank(Map.of("LOCAL_RANK", "3"))).isEqualTo(3);
    assertThatThrownBy(() -> Device.localRank(Map.of("LOCAL_RANK", "-1")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("LOCAL_RANK=-1");
  }

  @Test
  void namesDevicesAsTheOptionDoes() {
    assertThat(Device.CPU).hasToString("cpu").isEqualTo(Device.named("cpu"));
    assertThat(Device.cuda(1)).hasToString("cuda:1").isEqualTo(Device.cuda(1));
    assertThat(Device.cuda(1)).isNotEqualTo(Device.cuda(0)).isNotEqualTo(Device.CPU);
  }
}
