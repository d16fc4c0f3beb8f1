package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.study.Suspect;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SuspectsTextTest {

  private static final String REASON =
      "the same picture is also labeled dog; predicted dog in 93% of epochs, never cat";

  private static Suspect suspect(String file, String given, String reason) {
    Path path = Path.of(file).toAbsolutePath();
    return new Suspect(path, 3, given, "dog", 0.01, 0.97, 0.0523, true, reason);
  }

  private static List<String> lines(int columns, Suspect... suspects) {
    StringWriter text = new StringWriter();
    SuspectsText.print(List.of(suspects), columns, new PrintWriter(text));
    return text.toString().lines().toList();
  }

  @Test
  void showsWhatFits() {
    assertThat(lines(160, suspect("set/cat/12.png", "cat", REASON)))
        .containsExactly(
            "      image           given  suggested  reason",
            "  1*  set/cat/12.png  cat    dog        " + REASON);
  }

  @Test
  void keepsEverythingOnANarrowTerminal() {
    assertThat(lines(80, suspect("set/cat/12.png", "cat", REASON)))
        .containsExactly(
            "  1*  set/cat/12.png",
            "      cat \u2192 dog: the same picture is also labeled dog; predicted dog in 93% of",
            "      epochs, never cat");
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 72, 80, 100, 120})
  void fitsTheTerminal(int columns) {
    String deep = "a/very/deep/folder/of/many/levels/that/goes/on/and/on/0123456789.png";
    String name = "a class with a very long name";
    List<String> lines =
        lines(
            columns,
            suspect(deep, name, REASON + "; " + REASON),
            suspect("set/\u72ac\u72ac\u72ac\u72ac/12.png", "\u72ac\u72ac", REASON));
    assertThat(lines).allMatch(line -> TextWidth.of(line) < columns);
    assertThat(lines.get(0)).startsWith("  1*  ").endsWith("9.png");
    assertThat(words(String.join(" ", lines)))
        .contains(words(name + " \u2192 dog: " + REASON + "; " + REASON))
        .contains(words("\u72ac\u72ac \u2192 dog: " + REASON));
  }

  private static String words(String text) {
    return text.replaceAll(" +", " ");
  }

  @Test
  void showsHostileNamesOnOneLine() {
    Suspect hostile = suspect("set/a\nb\u001b[31m.png", "c\ra\tt", "x\ny");
    assertThat(lines(20, hostile))
        .containsExactly("  1*  \u2026a?b?[31m.png", "      c?a?t \u2192 dog:", "      x?y");
    List<String> lines = lines(120, hostile);
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1)).contains("set/a?b?[31m.png", "c?a?t", "x?y");
  }

  @Test
  void namesImagesWithoutFilesByIndex() {
    assertThat(lines(80, new Suspect(null, 417, "cat", "", Double.NaN, Double.NaN, 1, false, "")))
        .containsExactly("      image  given  suggested  reason", "  1   417    cat");
    assertThat(lines(20, new Suspect(null, 417, "cat", "", Double.NaN, Double.NaN, 1, false, "")))
        .containsExactly("  1   417", "      cat");
  }
}
