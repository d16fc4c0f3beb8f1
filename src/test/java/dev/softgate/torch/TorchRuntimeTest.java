package dev.softgate.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TorchRuntimeTest {

  @Test
  void openBlasUsesOneThread() {
    openblas_nolapack.blas_set_num_threads(2);

    TorchRuntime.start(2);

    assertThat(openblas_nolapack.blas_get_num_threads()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "'', amx",
    "ALL, amx",
    "AVX512_CORE_AMX, amx",
    "AVX512_CORE_FP16, avx512-bf16",
    "AVX512_CORE_VNNI, avx512",
    "avx2, avx2",
    "AVX2, avx2",
    "SSE41, other"
  })
  void instructionSetRespectsOneDnnsLimit(String limit, String expected) {
    Set<String> flags = Set.of("avx2", "avx512f", "avx512_bf16", "amx_bf16");

    assertThat(TorchRuntime.instructionSet(flags, limit)).isEqualTo(expected);
  }
}
