package dev.softgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PublishedAccuracyTest {

  /** The heading of a recipe names two of its runs. */
  private static final Pattern HEADING =
      Pattern.compile("test accuracy (0\\.\\d{4}) at the end, (0\\.\\d{4}) in the published run");

  static List<String> publishedNames() {
    return Presets.names().stream()
        .filter(name -> name.matches(".*-it\\d(-lr1e-3)?(-step)?"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("publishedNames")
  void matchesTheRecipesHeader(String name) {
    Matcher heading = HEADING.matcher(Presets.text(name).replaceAll("\\n# +", " "));
    assertThat(heading.find()).isTrue();
    double first = Double.parseDouble(heading.group(1));
    double second = Double.parseDouble(heading.group(2));
    PublishedAccuracy published = Objects.requireNonNull(PublishedAccuracy.of(name));
    assertThat(published.source()).isEqualTo("logs2019");
    if (published.runs() == 2) {
      assertThat(published.mean()).isCloseTo((first + second) / 2, within(0.6e-4));
      assertThat(published.deviation())
          .isCloseTo(Math.abs(first - second) / Math.sqrt(2), within(0.6e-4));
    } else {
      assertThat(published.runs()).isEqualTo(3);
      double third = 3 * published.mean() - first - second;
      assertThat(third).isCloseTo(0.9366, within(1.6e-4)); // run scit1g-2cm-1_4770_1e-1
    }
  }

  @Test
  void isAbsentForUnpublishedSettings() {
    assertThat(PublishedAccuracy.of("quickstart")).isNull();
    assertThat(PublishedAccuracy.of("recipe")).isNull();
    assertThat(PublishedAccuracy.of("c10-resnet110-baseline"))
        .isEqualTo(new PublishedAccuracy(0.9339, 0.0016, 5, "he2015"));
  }

  @Test
  void findsTheFigureByTheSettings() {
    RunConfig recipe = Presets.load("c10-resnet110-it3-step");
    PublishedAccuracy figure = PublishedAccuracy.of("c10-resnet110-it3-step");
    assertThat(figure).isNotNull();
    assertThat(PublishedAccuracy.of(recipe)).isEqualTo(figure);
    assertThat(PublishedAccuracy.of(recipe.with(Map.of("seed", "7", "threads", "2"))))
        .isEqualTo(figure);
    assertThat(PublishedAccuracy.of(recipe.with(Map.of("lr", "0.2")))).isNull();
    assertThat(PublishedAccuracy.of(recipe.with(Map.of("labels", "noisy.csv")))).isNull();
    assertThat(
            PublishedAccuracy.of(
                Presets.base("published-cifar10", "test")
                    .with(Map.of("gate-iters", "3", "schedule-gate", "step"))))
        .isEqualTo(figure);
  }
}
