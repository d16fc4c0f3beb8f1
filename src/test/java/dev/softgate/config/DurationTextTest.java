package dev.softgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

  @ParameterizedTest
  @CsvSource({"90s,90,1m30s", "30m,1800,30m", "1h30m,5400,1h30m", "2d,172800,2d", "0s,0,0s"})
  void readsAndWrites(String text, long seconds, String written) {
    Duration duration = DurationText.parse(text);
    assertThat(duration).isEqualTo(Duration.ofSeconds(seconds));
    assertThat(DurationText.format(duration)).isEqualTo(written);
    assertThat(DurationText.parse(written)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "30", "m", "-5m", "1m1h", "1.5h", "PT1H", "1234567s"})
  void rejectsOtherText(String text) {
    assertThatThrownBy(() -> DurationText.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
