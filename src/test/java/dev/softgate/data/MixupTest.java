package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MixupTest {

  private static final ImageSet IMAGES = TestImages.random(40, 3, 8, 8);
  private static final int[] IDS = IntStream.range(3, 33).toArray();
  private static final Normalization NORMALIZATION = Normalization.of(IMAGES);

  private static List<Batch> batches(double alpha, int[] ids, BatchShare share, int first) {
    List<Batch> all = new ArrayList<>();
    Augmenter augmenter =
        new Augmenter(
            Augmentation.CROP_FLIP, Augmenter.Crop.USUAL, Flipping.RANDOM, null, 0, alpha);
    try (BatchLoader loader =
        BatchLoader.training(
            IMAGES, ids, augmenter, NORMALIZATION, share, new BatchLoader.Epoch(5, 2, first))) {
      for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
        all.add(batch);
      }
    }
    return all;
  }

  private static float[] pixels(List<Batch> batches, int id) {
    for (Batch batch : batches) {
      int length = batch.pixels().length / Math.max(1, batch.size());
      for (int i = 0; i < batch.size(); i++) {
        if (batch.ids()[i] == id) {
          return Arrays.copyOfRange(batch.pixels(), i * length, (i + 1) * length);
        }
      }
    }
    throw new AssertionError("no image " + id);
  }

  /** The distribution function of Beta(α, α) at 0.01, 0.1 and 0.3, as SciPy computes it. */
  @ParameterizedTest
  @CsvSource({
    "0.2, 0.209778, 0.336690, 0.433204",
    "0.5, 0.063769, 0.204833, 0.369010",
    "1, 0.01, 0.1, 0.3",
    "2, 0.000298, 0.028, 0.216",
    "8, 0, 0.000034, 0.050013"
  })
  void sharesAreOfTheBetaDistribution(double alpha, double first, double second, double third) {
    Mixup mixup = new Mixup(alpha, new BatchLoader.Epoch(1, 0, 0), IDS);
    int count = 40_000;
    double[] bounds = {0.01, 0.1, 0.3, 0.5, 0.7};
    double[] below = new double[bounds.length];
    for (int id = 0; id < count; id++) {
      float share = mixup.draw(id).share();
      assertThat(share).isBetween(0f, 1f);
      for (int i = 0; i < bounds.length; i++) {
        below[i] += share <= bounds[i] ? 1.0 / count : 0;
      }
    }
    assertThat(below)
        .containsExactly(new double[] {first, second, third, 0.5, 1 - third}, within(0.01));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 1e-3, 100})
  void sharesOfExtremeDistributionsAreNumbers(double alpha) {
    Mixup mixup = new Mixup(alpha, new BatchLoader.Epoch(1, 0, 0), IDS);
    for (int id = 0; id < 2000; id++) {
      assertThat(mixup.draw(id).share()).isBetween(0f, 1f);
    }
  }

  @Test
  void partnersAreAllTrainingImages() {
    Mixup mixup = new Mixup(1, new BatchLoader.Epoch(1, 0, 0), IDS);
    Mixup next = new Mixup(1, new BatchLoader.Epoch(1, 1, 0), IDS);
    Set<Integer> partners = new HashSet<>();
    int same = 0;
    for (int id = 0; id < 2000; id++) {
      partners.add(mixup.draw(id).partner());
      same += mixup.draw(id).equals(next.draw(id)) ? 1 : 0;
    }
    assertThat(partners)
        .containsExactlyInAnyOrder(Arrays.stream(IDS).boxed().toArray(Integer[]::new));
    assertThat(same).as("equal in the next epoch").isZero();
  }

  /** Against whole batches of the same epoch, mixed by hand in double precision. */
  @Test
  void mixesImagesAsTheyLookInTheEpoch() {
    List<Batch> whole = batches(0, IDS, BatchShare.whole(7), 0);
    Mixup mixup = new Mixup(0.5, new BatchLoader.Epoch(5, 2, 0), IDS);
    for (Batch batch : batches(0.5, IDS, BatchShare.whole(7), 0)) {
      Batch.Mixed mixed = Objects.requireNonNull(batch.mixed());
      for (int i = 0; i < batch.size(); i++) {
        Mixup.Mix mix = mixup.draw(batch.ids()[i]);
        assertThat(batch.labels()[i]).isEqualTo(IMAGES.labels()[batch.ids()[i]]);
        assertThat(mixed.labels()[i]).isEqualTo(IMAGES.labels()[mix.partner()]);
        assertThat(mixed.shares()[i]).isEqualTo(mix.share());
        float[] own = pixels(whole, batch.ids()[i]);
        float[] other = pixels(whole, mix.partner());
        float[] found = pixels(List.of(batch), batch.ids()[i]);
        for (int k = 0; k < own.length; k++) {
          double share = mix.share();
          assertThat((double) found[k])
              .isCloseTo(share * own[k] + (1 - share) * other[k], within(1e-5));
        }
      }
    }
    assertThat(whole).allMatch(batch -> batch.mixed() == null);
  }

  /** Other batches, a later start, more processes and another order of the ids change nothing. */
  @Test
  void dependsOnTheImageAlone() {
    List<Batch> expected = batches(0.5, IDS, BatchShare.whole(7), 0);
    List<Batch> resumed = batches(0.5, IDS, BatchShare.whole(7), 2);
    List<Batch> shared = new ArrayList<>();
    for (int process = 0; process < 3; process++) {
      shared.addAll(batches(0.5, IDS, new BatchShare(4, process, 3), 0));
    }
    int[] reversed = IDS.clone();
    for (int i = 0; i < reversed.length; i++) {
      reversed[i] = IDS[IDS.length - 1 - i];
    }
    List<Batch> reordered = batches(0.5, reversed, BatchShare.whole(30), 0);

    assertThat(resumed.get(0).pixels()).isEqualTo(expected.get(2).pixels());
    for (int id : IDS) {
      assertThat(pixels(shared, id)).isEqualTo(pixels(expected, id));
      assertThat(pixels(reordered, id)).isEqualTo(pixels(expected, id));
    }
  }
}
