package dev.softgate.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.openblas.presets.openblas_nolapack;
import org.junit.jupiter.api.Test;

class TorchRuntimeTest {

  @Test
  void openBlasComputesAlone() {
    openblas_nolapack.blas_set_num_threads(2);

    TorchRuntime.start(2);

    assertThat(openblas_nolapack.blas_get_num_threads()).isEqualTo(1);
  }
}
