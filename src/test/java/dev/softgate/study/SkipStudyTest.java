package dev.softgate.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.data.Dataset;
import dev.softgate.data.ImageSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SkipStudyTest {

  private static EvaluationImages images(int... labels) {
    ImageSet set = ImageSet.of(new byte[labels.length], labels, 1, 1, 1);
    List<String> names = List.of("a", "b", "c", "d");
    return new EvaluationImages(
        new Dataset("x", names, set, set, "", ""),
        EvaluationSplit.TEST,
        set,
        IntStream.range(0, labels.length).toArray(),
        null);
  }

  private static int[] half(EvaluationImages images, boolean first) {
    return SkipStudy.half(images, first).ids();
  }

  @Test
  void halvesMixedImagesInTheMiddle() {
    EvaluationImages mixed = images(0, 2, 1, 3, 0);
    assertThat(half(mixed, true)).containsExactly(0, 1);
    assertThat(half(mixed, false)).containsExactly(2, 3, 4);
  }

  @Test
  void halvesSortedImagesByClass() {
    EvaluationImages ordered = images(0, 0, 0, 0, 1, 1, 2, 2);
    assertThat(half(ordered, true)).containsExactly(0, 1, 4, 6);
    assertThat(half(ordered, false)).containsExactly(2, 3, 5, 7);
  }

  @Test
  void alternatesOddImages() {
    assertThat(half(images(0, 1, 2, 3), true)).containsExactly(1, 3);
    assertThat(half(images(0, 1, 2, 3), false)).containsExactly(0, 2);
    EvaluationImages threes = images(0, 0, 0, 2, 2, 2, 3);
    assertThat(half(threes, true)).containsExactly(0, 3, 4);
    assertThat(half(threes, false)).containsExactly(1, 2, 5, 6);
  }

  @Test
  void rejectsASingleImage() {
    EvaluationImages one = images(2);
    assertThatThrownBy(() -> SkipStudy.half(one, true))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("cannot be halved");
  }
}
