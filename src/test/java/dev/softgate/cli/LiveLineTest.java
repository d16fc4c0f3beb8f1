package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveLineTest {

  private static final String ERASE = "\r\033[K";

  private final ByteArrayOutputStream drawn = new ByteArrayOutputStream();

  private LiveLine line(int columns) {
    return new LiveLine(new PrintStream(drawn, true, StandardCharsets.UTF_8), columns);
  }

  @ParameterizedTest
  @CsvSource({
    "60, 'epoch 1/2   25% [=======                     ]  1/4  loss 2'",
    "40, 'epoch 1/2   25% [==      ]  1/4  loss 2'",
    "31, 'epoch 1/2   25%  1/4  loss 2'",
    "20, 'epoch 1/2   25%  1/'"
  })
  void fitsTheTerminal(int columns, String text) {
    line(columns).show("epoch 1/2", 1, 4, "1/4  loss 2");
    assertThat(drawn.toString(StandardCharsets.UTF_8)).isEqualTo(ERASE + text);
  }

  @Test
  void erasesAndRedraws() {
    LiveLine line = line(20);
    line.show("a", 0, -1, "b");
    line.show("too", 0, -1, "soon");
    line.clear();
    line.clear();
    line.show("c", 0, -1, "d");
    assertThat(drawn.toString(StandardCharsets.UTF_8))
        .isEqualTo(ERASE + "a  b" + ERASE + ERASE + "c  d");
  }

  @ParameterizedTest
  @CsvSource({"120, 120", "0, 80", "'', 80", "wide, 80", ", 80", "99999, 80"})
  void assumesEightyColumns(String text, int columns) {
    assertThat(LiveLine.columns(text)).isEqualTo(columns);
  }
}
