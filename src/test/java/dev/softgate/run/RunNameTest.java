package dev.softgate.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.run.RunName.Parts;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunNameTest {

  /** The published recipe: the milestones are 47k and 70k batches of 128. */
  private static Parts published(
      String dataset,
      String network,
      int depth,
      boolean fromBaseline,
      int gateIters,
      double lrGate,
      boolean gateConstant,
      String suffix) {
    return new Parts(
        true,
        dataset,
        network,
        depth,
        List.of(133, 200),
        332,
        128,
        45_000,
        fromBaseline,
        gateIters,
        lrGate,
        gateConstant,
        0.1,
        suffix);
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "published-run-names.csv",
      useHeadersInDisplayName = true,
      emptyValue = "")
  void namesThePublishedRuns(
      String name,
      String dataset,
      String network,
      int depth,
      boolean fromBaseline,
      int gateIters,
      double lrGate,
      boolean gateConstant,
      @Nullable String suffix) {
    assertThat(
            RunName.of(
                published(
                    dataset,
                    network,
                    depth,
                    fromBaseline,
                    gateIters,
                    lrGate,
                    gateConstant,
                    suffix == null ? "" : suffix)))
        .isEqualTo(name);
  }

  /** Epochs of the first lower learning rate, and images, of the logs of the second form. */
  @ParameterizedTest
  @CsvSource({
    "120, 180, 49950, 4770",
    "121, 181, 49500, 4770",
    "123, 184, 49000, 4770",
    "133, 200, 45000, 4770",
    "150, 225, 40000, 4770",
    "240, 361, 25000, 4770",
    "91, 136, 45000, 3248",
  })
  void writesMilestonesInThousandsOfBatches(
      int first, int second, int trainImages, String milestones) {
    assertThat(scheduled(List.of(first, second), 600, trainImages))
        .isEqualTo("runs_vc10_resnet20_" + milestones + "_scratch_m-1");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 5, 5ep",
    "'3,4', 5, 5ep3-4",
    "'27,28', 40, 40ep27-28", // both 9k batches
    "'40,41', 60, 60ep40-41", // both 14k
    "'133,300', 400, 400ep133-300", // 105k has three digits
    "'133', 200, 47",
  })
  void writesOtherSchedulesInEpochs(String milestones, int epochs, String expected) {
    List<Integer> list =
        milestones.isEmpty()
            ? List.of()
            : List.of(milestones.split(",")).stream().map(Integer::valueOf).toList();

    assertThat(scheduled(list, epochs, 45_000))
        .isEqualTo("runs_vc10_resnet20_" + expected + "_scratch_m-1");
  }

  @Test
  void writesSchedulesOfTinyEpochs() {
    assertThat(scheduled(List.of(3), 5, 100)).isEqualTo("runs_vc10_resnet20_5ep3_scratch_m-1");
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, -1",
    "0.01, -2",
    "1, 0",
    "10, 1",
    "0.05, 5e-2",
    "0.5, 5e-1",
    "0.0333, 333e-4",
    "20, 2e1",
    "0.125, 125e-3",
    "1.0E-7, -7",
    "0, 0e0",
  })
  void writesLearningRatesUnambiguously(double rate, String expected) {
    Parts parts =
        new Parts(
            true, "cifar10", "net", 20, List.of(), 1, 128, 45_000, false, 2, rate, false, rate, "");

    assertThat(RunName.of(parts))
        .isEqualTo("runs_vc10_net20_1ep_scratch_it2g%sm%s".formatted(expected, expected));
  }

  @ParameterizedTest
  @CsvSource({
    "cifar100, c100",
    "synthetic, synthetic",
    "folder:/data/my pets/, folder-my-pets",
    "folder:birds, folder-birds",
    "'folder:C:\\sets\\cars', folder-cars",
    "folder:/, folder-",
    "folder:.., folder-..",
    "'a/../b:c*?', a-..-b-c-",
  })
  void writesAnyDatasetFileSafely(String dataset, String expected) {
    assertThat(RunName.of(published(dataset, "resnet", 20, false, 0, 0, true, "")))
        .isEqualTo("runs_v" + expected + "_resnet20_4770_scratch_m-1");
  }

  @Test
  void omitsValidationIfNothingIsHeldOut() {
    Parts parts =
        new Parts(
            false, "cifar10", "net", 20, List.of(), 1, 128, 50_000, false, 0, 0, true, 0.1, "");

    assertThat(RunName.of(parts)).isEqualTo("runs_c10_net20_1ep_scratch_m-1");
  }

  @Test
  void doesNotDependOnTheLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(RunName.of(published("cifar10", "net", 110, true, 3, 0.05, true, "")))
          .isEqualTo("runs_vc10_net110_4770_bi_it3g5e-2cm-1");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void fitsAFileName() {
    String longText = "x/".repeat(500);

    assertThat(RunName.of(published(longText, "resnet", 20, true, 1, 0.01, true, longText)))
        .hasSizeLessThan(200)
        .doesNotContain("/");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void rejectsInvalidLearningRates(double rate) {
    Parts parts =
        new Parts(
            true, "cifar10", "net", 20, List.of(), 1, 128, 45_000, false, 0, 0.1, false, rate, "");

    assertThatThrownBy(() -> RunName.of(parts))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("learning rate");
  }

  @Test
  void rejectsUnorderedMilestones() {
    assertThatThrownBy(() -> scheduled(List.of(4, 4), 5, 45_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[4, 4]");
  }

  private static String scheduled(List<Integer> milestones, int epochs, int trainImages) {
    return RunName.of(
        new Parts(
            true,
            "cifar10",
            "resnet",
            20,
            milestones,
            epochs,
            128,
            trainImages,
            false,
            0,
            0,
            true,
            0.1,
            ""));
  }
}
