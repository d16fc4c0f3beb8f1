package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NormalizationTest {

  @Test
  void computesMeanAndDeviation() {
    ImageSet images = TestImages.random(20, 3, 6, 5);
    Normalization normalization = Normalization.of(images);
    for (int c = 0; c < 3; c++) {
      double sum = 0;
      double squares = 0;
      for (int id = 0; id < 20; id++) {
        byte[] pixels = images.pixels(id);
        for (int i = 0; i < 30; i++) {
          double value = (pixels[c * 30 + i] & 0xFF) / 255.0;
          sum += value;
          squares += value * value;
        }
      }
      double mean = sum / 600;
      assertThat(normalization.mean()[c]).isCloseTo((float) mean, within(1e-6f));
      assertThat(normalization.std()[c])
          .isCloseTo((float) Math.sqrt(squares / 600 - mean * mean), within(1e-6f));
    }
  }

  @Test
  void constantChannelStaysFinite() {
    ImageSet flat = ImageSet.of(new byte[3 * 4], new int[3], 1, 2, 2);
    assertThat(Normalization.of(flat).std()).containsExactly((float) (1 / 255.0));
  }

  @Test
  void usesPresetsByName() {
    ImageSet images = TestImages.random(20, 3, 6, 5);
    assertThat(Normalization.forDataset("cifar10", images).std())
        .containsExactly(0.2023f, 0.1994f, 0.2010f);
    assertThat(Normalization.forDataset("cifar100", images).mean())
        .containsExactly(0.5071f, 0.4867f, 0.4408f);
    assertThat(Normalization.forDataset("synthetic", images).mean())
        .isEqualTo(Normalization.of(images).mean());
  }

  @Test
  void rejectsInvalidConstants() {
    assertThatThrownBy(() -> new Normalization(new float[] {0}, new float[] {0}))
        .hasMessageContaining("deviation 0.0");
    assertThatThrownBy(() -> new Normalization(new float[] {Float.NaN}, new float[] {1}))
        .hasMessageContaining("mean NaN");
    assertThatThrownBy(() -> new Normalization(new float[2], new float[] {1}))
        .hasMessageContaining("2 means");
  }
}
