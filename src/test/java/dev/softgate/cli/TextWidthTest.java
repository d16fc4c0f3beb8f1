package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextWidthTest {

  @ParameterizedTest
  @CsvSource({"'',0", "abc,3", "e\u0301t\u00e9,3", "\u72ac,2", "\uac1c\uc640,4", "\ud83d\udc36!,3"})
  void countsColumns(String text, int columns) {
    assertThat(TextWidth.of(text)).isEqualTo(columns);
  }

  @Test
  void wrapsAtSpaces() {
    assertThat(TextWidth.wrapped("", 5)).containsExactly("");
    assertThat(TextWidth.wrapped("ab cd ef", 8)).containsExactly("ab cd ef");
    assertThat(TextWidth.wrapped("ab cd ef", 5)).containsExactly("ab cd", "ef");
    assertThat(TextWidth.wrapped("ab cd ef", 4)).containsExactly("ab", "cd", "ef");
    assertThat(TextWidth.wrapped("abcdefg h", 3)).containsExactly("abc", "def", "g h");
    assertThat(TextWidth.wrapped("\u72ac\u72ac \ud83d\udc36", 3))
        .containsExactly("\u72ac", "\u72ac", "\ud83d\udc36");
    assertThat(TextWidth.wrapped("\u72ac\u72ac", 1)).containsExactly("\u72ac", "\u72ac");
  }

  @Test
  void cutsStarts() {
    assertThat(TextWidth.end("abcdef", 6)).isEqualTo("abcdef");
    assertThat(TextWidth.end("abcdef", 4)).isEqualTo("…def");
    assertThat(TextWidth.end("\u72ac\u72ac\u72ac", 4)).isEqualTo("…\u72ac");
    assertThat(TextWidth.end("\ud83d\udc36\ud83d\udc36", 3)).isEqualTo("…\ud83d\udc36");
  }
}
