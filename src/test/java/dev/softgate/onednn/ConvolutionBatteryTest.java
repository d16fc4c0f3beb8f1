package dev.softgate.onednn;

import dev.softgate.torch.DType;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link ConvolutionSweepTest} with many more shapes and instruction sets. */
@Tag("battery")
class ConvolutionBatteryTest {

  @ParameterizedTest
  @CsvSource({
    "onednn, FLOAT32, SSE41",
    "onednn, FLOAT32, AVX2",
    "onednn, FLOAT32, AVX512_CORE",
    "onednn, FLOAT32, ALL",
    "onednn, BFLOAT16, AVX512_CORE",
    "onednn, BFLOAT16, AVX512_CORE_BF16",
    "onednn, BFLOAT16, ALL",
    "libtorch, FLOAT32, AVX2",
    "libtorch, FLOAT32, AVX512_CORE",
    "libtorch, BFLOAT16, ALL"
  })
  void allConvolutionsMatchDoublePrecision(String engine, DType type, String instructions)
      throws IOException, InterruptedException {
    ConvolutionSweepTest.sweep(engine, type, instructions, "all");
  }
}
