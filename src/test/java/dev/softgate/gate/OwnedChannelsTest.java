package dev.softgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.BadInputException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnedChannelsTest {

  private static final int CHANNELS = 40;
  private static final OwnedChannelsSpec SPEC = spec(0.25, 0.1);

  private static OwnedChannelsSpec spec(double share, double density) {
    return new OwnedChannelsSpec(List.of(2, 3), share, density);
  }

  private static float[] row(float[] masks, int image) {
    return Arrays.copyOfRange(masks, image * CHANNELS, (image + 1) * CHANNELS);
  }

  private static float[] of(long seed, int unit, int image) {
    return new OwnedChannels(SPEC, unit, CHANNELS)
        .masks(new ChannelOwners(seed, new int[] {image}), 1);
  }

  @ParameterizedTest
  @CsvSource({"0.25, 32, 8", "0.25, 10, 3", "0.1, 30, 3", "1, 64, 64", "0.0001, 64, 1"})
  void roundsGeneralChannelsUp(double share, int channels, int general) {
    assertThat(new OwnedChannels(spec(share, 0.1), 0, channels).general()).isEqualTo(general);
  }

  @Test
  void generalChannelsAreOnWithOwnedChannelsOff() {
    float[] masks = new OwnedChannels(SPEC, 3, CHANNELS).masks(null, 2);
    for (int image = 0; image < 2; image++) {
      float[] row = row(masks, image);
      assertThat(Arrays.copyOf(row, 10)).containsOnly(1);
      assertThat(Arrays.copyOfRange(row, 10, CHANNELS)).containsOnly(0);
    }
  }

  @Test
  void ownedChannelsMatchTheDensity() {
    int images = 2000;
    float[] masks =
        new OwnedChannels(SPEC, 3, CHANNELS)
            .masks(new ChannelOwners(1, IntStream.range(0, images).toArray()), images);
    double[] owned = new double[CHANNELS];
    for (int image = 0; image < images; image++) {
      for (int c = 0; c < CHANNELS; c++) {
        float value = masks[image * CHANNELS + c];
        assertThat(value == 0 || value == 1).isTrue();
        owned[c] += value / images;
      }
    }
    for (int c = 0; c < CHANNELS; c++) {
      assertThat(owned[c]).as("channel %d", c).isCloseTo(c < 10 ? 1 : 0.1, within(0.03));
    }
  }

  /** Neither its place in the batch nor its neighbors matter; seed, unit and image do. */
  @Test
  void ownershipDependsOnSeedUnitAndImage() {
    float[] alone = of(5, 2, 77);
    float[] among =
        new OwnedChannels(SPEC, 2, CHANNELS).masks(new ChannelOwners(5, new int[] {9, 3, 77}), 3);
    assertThat(row(among, 2)).isEqualTo(alone);
    assertThat(of(6, 2, 77)).isNotEqualTo(alone);
    assertThat(of(5, 3, 77)).isNotEqualTo(alone);
    assertThat(of(5, 2, 78)).isNotEqualTo(alone);
  }

  @Test
  void rejectsInvalidOwners() {
    OwnedChannels channels = new OwnedChannels(SPEC, 0, CHANNELS);
    assertThatThrownBy(() -> channels.masks(new ChannelOwners(1, new int[2]), 3))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.1", "1.1, 0.1", "NaN, 0.1", "0.5, -0.1", "0.5, 1.5", "0.5, NaN"})
  void rejectsValuesOutOfRange(double share, double density) {
    assertThatThrownBy(() -> spec(share, density))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("memory-");
  }
}
