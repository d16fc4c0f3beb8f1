package dev.softgate.scoring.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.Progress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutOfSampleTest {

  private static final int IMAGES = 300;
  private static final int CLASSES = 3;
  private static final int WRONG = 15; // the first images have a wrong label

  /** Three clouds of points; the feature 5 is constant, as dead features of networks are. */
  private static OutOfSample.Labeled clouds() {
    Random random = new Random(2);
    float[] values = new float[IMAGES * 6];
    int[] labels = new int[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      int truth = i % CLASSES;
      for (int c = 0; c < 5; c++) {
        values[i * 6 + c] = (float) (random.nextGaussian() + (c == truth ? 4 : 0));
      }
      labels[i] = i < WRONG ? (truth + 1) % CLASSES : truth;
    }
    return new OutOfSample.Labeled(
        new Features(IMAGES, 6, values), 1, labels, IntStream.range(0, IMAGES).toArray(), CLASSES);
  }

  private static double own(OutOfSample found, OutOfSample.Labeled images, int i) {
    return found.probabilities()[i * CLASSES + images.labels()[i]];
  }

  @Test
  void wrongLabelsAreImprobable() {
    OutOfSample.Labeled images = clouds();

    OutOfSample found = OutOfSample.of(images, new OutOfSample.Options(5, 1, 1), Progress.NONE);

    for (int i = 0; i < IMAGES; i++) {
      assertThat(own(found, images, i) < 0.5).as("image %d", i).isEqualTo(i < WRONG);
    }
    assertThat(found.leftOut()).isBetween(WRONG - 3, WRONG + 3);
    assertThat(found.heldOutLoss()).isBetween(0.05, 0.6);
  }

  @Test
  void equalViewsChangeNothingButRounding() {
    OutOfSample.Labeled images = clouds();
    float[] one =
        OutOfSample.of(images, new OutOfSample.Options(5, 1, 1), Progress.NONE).probabilities();
    float[] values = images.features().values();
    float[] twice = new float[2 * values.length];
    for (int i = 0; i < IMAGES; i++) {
      System.arraycopy(values, i * 6, twice, i * 12, 6);
      System.arraycopy(values, i * 6, twice, i * 12 + 6, 6);
    }
    Features both = new Features(IMAGES, 12, twice);

    float[] two =
        OutOfSample.of(
                new OutOfSample.Labeled(both, 2, images.labels(), images.groups(), CLASSES),
                new OutOfSample.Options(5, 1, 1),
                Progress.NONE)
            .probabilities();

    for (int i = 0; i < one.length; i++) {
      assertThat(two[i]).isCloseTo(one[i], within(1e-3f)); // sums of other order
    }
    assertThat(both.withoutEqualViews(2).values()).isEqualTo(values);
    twice[twice.length - 1] += 1;
    assertThat(both.withoutEqualViews(2)).isSameAs(both);
  }

  /** One view shows the class in odd images, the other in even ones; together they show all. */
  @Test
  void viewsComplementOneAnother() {
    OutOfSample.Labeled images = clouds();
    Random random = new Random(4);
    float[] values = new float[IMAGES * 12];
    for (int i = 0; i < IMAGES; i++) {
      for (int c = 0; c < 12; c++) {
        boolean shown = c / 6 == i / CLASSES % 2;
        values[i * 12 + c] =
            shown ? images.features().values()[i * 6 + c % 6] : (float) random.nextGaussian();
      }
    }
    Features both = new Features(IMAGES, 12, values);
    OutOfSample.Options options = new OutOfSample.Options(5, 1, 1);

    OutOfSample found =
        OutOfSample.of(
            new OutOfSample.Labeled(both, 2, images.labels(), images.groups(), CLASSES),
            options,
            Progress.NONE);
    float[] first = new float[IMAGES * 6];
    for (int i = 0; i < IMAGES; i++) {
      System.arraycopy(values, i * 12, first, i * 6, 6);
    }
    OutOfSample alone =
        OutOfSample.of(
            new OutOfSample.Labeled(
                new Features(IMAGES, 6, first), 1, images.labels(), images.groups(), CLASSES),
            options,
            Progress.NONE);

    assertThat(wrongAmongLeast(found, images)).isGreaterThanOrEqualTo(12);
    assertThat(wrongAmongLeast(alone, images)).isLessThanOrEqualTo(10);
    for (int i = 0; i < IMAGES; i++) {
      double sum = 0;
      for (int k = 0; k < CLASSES; k++) {
        sum += found.probabilities()[i * CLASSES + k];
      }
      assertThat(sum).isCloseTo(1, within(1e-5));
    }
  }

  private static long wrongAmongLeast(OutOfSample found, OutOfSample.Labeled images) {
    return IntStream.range(0, IMAGES)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> own(found, images, i)))
        .limit(WRONG)
        .filter(i -> i < WRONG)
        .count();
  }

  @Test
  void refusesViewsThatDoNotDivideTheFeatures() {
    OutOfSample.Labeled images = clouds();
    assertThatThrownBy(
            () ->
                new OutOfSample.Labeled(
                    images.features(), 4, images.labels(), images.groups(), CLASSES))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rowsSumToOne() {
    float[] p =
        OutOfSample.of(clouds(), new OutOfSample.Options(5, 1, 1), Progress.NONE).probabilities();

    for (int i = 0; i < IMAGES; i++) {
      double sum = p[i * CLASSES] + p[i * CLASSES + 1] + p[i * CLASSES + 2];
      assertThat(sum).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void sameSeedSameBytesWhateverTheThreads() {
    float[] one =
        OutOfSample.of(clouds(), new OutOfSample.Options(5, 1, 1), Progress.NONE).probabilities();

    assertThat(
            OutOfSample.of(clouds(), new OutOfSample.Options(5, 1, 3), Progress.NONE)
                .probabilities())
        .isEqualTo(one);
    assertThat(
            OutOfSample.of(clouds(), new OutOfSample.Options(5, 2, 1), Progress.NONE)
                .probabilities())
        .isNotEqualTo(one);
  }

  @Test
  void tellsHowManyRegressionsAreFitted() {
    List<Integer> told = new ArrayList<>();
    int total = (7 + 2 * 2) * 5; // penalties, two rounds of two divisions; five folds

    OutOfSample.of(
        clouds(),
        new OutOfSample.Options(5, 1, 3),
        (activity, done, all) -> {
          assertThat(activity).isEqualTo("fitting");
          assertThat(all).isEqualTo(total);
          told.add(done);
        });

    assertThat(told).isSorted().doesNotHaveDuplicates().startsWith(1, 2, 3).endsWith(total);
    assertThat(told).containsAll(IntStream.rangeClosed(36, total).boxed().toList());
  }

  /** A label that only the image's own copy supports is still contradicted. */
  @Test
  void copiesDoNotConfirmEachOther() {
    OutOfSample.Labeled images = clouds();
    float[] values = images.features().values();
    int[] groups = images.groups();
    for (int copy = 20; copy < 60; copy++) { // forty copies of a wrongly labeled image
      System.arraycopy(values, 0, values, copy * 6, 6);
      groups[copy] = groups[0];
      images.labels()[copy] = images.labels()[0];
    }
    OutOfSample.Options options = new OutOfSample.Options(5, 1, 1);

    double together = own(OutOfSample.of(images, options, Progress.NONE), images, 0);
    for (int i = 0; i < IMAGES; i++) {
      groups[i] = i;
    }
    double apart = own(OutOfSample.of(images, options, Progress.NONE), images, 0);

    assertThat(together).isLessThan(0.3);
    assertThat(apart).isGreaterThan(0.5);
  }

  @Test
  void judgesAClassOfOneImage() {
    OutOfSample.Labeled images = clouds();
    int[] labels = images.labels();
    labels[40] = 3;

    OutOfSample found =
        OutOfSample.of(
            new OutOfSample.Labeled(images.features(), 1, labels, images.groups(), 4),
            new OutOfSample.Options(5, 1, 1),
            Progress.NONE);

    assertThat(found.probabilities()[40 * 4 + 3]).isLessThan(0.01f);
    for (float p : found.probabilities()) {
      assertThat(p).isBetween(0f, 1f);
    }
  }
}
