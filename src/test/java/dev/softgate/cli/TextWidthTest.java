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
  void cutsEnds() {
    assertThat(TextWidth.start("abcdef", 6)).isEqualTo("abcdef");
    assertThat(TextWidth.start("abcdef", 4)).isEqualTo("abc…");
    assertThat(TextWidth.start("\u72ac\u72ac\u72ac", 4)).isEqualTo("\u72ac…");
    assertThat(TextWidth.start("\ud83d\udc36\ud83d\udc36", 3)).isEqualTo("\ud83d\udc36…");
  }

  @Test
  void cutsStarts() {
    assertThat(TextWidth.end("abcdef", 6)).isEqualTo("abcdef");
    assertThat(TextWidth.end("abcdef", 4)).isEqualTo("…def");
    assertThat(TextWidth.end("\u72ac\u72ac\u72ac", 4)).isEqualTo("…\u72ac");
    assertThat(TextWidth.end("\ud83d\udc36\ud83d\udc36", 3)).isEqualTo("…\ud83d\udc36");
  }
}
