package dev.softgate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputExceptionTest {

  private static String onCommandLine(BadInputException e) {
    return BadInputException.named(e.marked(), name -> "--" + name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{lr}: must be above 0                 | --lr: must be above 0",
        "use {engine} auto or {precision} fp32 | use --engine auto or --precision fp32",
        "without a fold ({fold}); leave it out | without a fold (--fold); leave it out",
        "give {gate-at}                        | give --gate-at",
        "give {gate-at}.                       | give --gate-at.",
      })
  void namesSettingsAsTheReaderDoes(String message, String expected) {
    BadInputException e = new BadInputException(message);
    assertThat(onCommandLine(e)).isEqualTo(expected);
    assertThat(e).hasMessage(expected.replace("--", ""));
  }

  @Test
  void knowsTheSettingAtTheBeginning() {
    assertThat(new BadInputException("{lr}: must be above 0").key()).isEqualTo("lr");
    assertThat(new BadInputException("give {lr}").key()).isNull();
    assertThat(new BadInputException("%s: no such file", "{lr}").key()).isNull();
  }

  /** Any text may be a file's name. */
  @ParameterizedTest
  @ValueSource(strings = {"{a}.png", "{lr}", "x {lr} y", "({lr})", "{lr}:", "%s{lr}%n", "\\{lr}$1"})
  void keepsTheTextOfUsers(String name) {
    BadInputException e = new BadInputException("{labels} %s has %,d rows", Path.of(name), 1000);
    assertThat(e).hasMessage("labels " + name + " has 1,000 rows");
    assertThat(onCommandLine(e)).isEqualTo("--labels " + name + " has 1,000 rows");
    BadInputException within = new BadInputException("{lr}: too high").in(Path.of(name));
    assertThat(within).hasMessage(name + ": lr: too high");
  }

  @Test
  void keepsFileNamesInPlainText() {
    assertThat(new BadInputException("photos/{a}.png: no such file"))
        .hasMessage("photos/{a}.png: no such file");
    assertThat(new BadInputException("{a}.png: no such file").key()).isNull();
  }
}
