package dev.softgate.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.Range;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordJsonTest {

  record Share(@Range(from = 0, to = 1, above = true, below = true) double value) {}

  @ParameterizedTest
  @CsvSource({"0", "1", "-0.5", "1.5"})
  void refusesNumbersAtExcludedLimitsAndBeyond(String number) {
    assertThatThrownBy(() -> RecordJson.read("{\"value\":" + number + "}", Share.class, "s.json"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("must be a finite number above 0 below 1, found " + number);
  }

  @Test
  void readsWhatItWrites() {
    Share share = new Share(0.25);
    assertThat(RecordJson.read(RecordJson.write(share), Share.class, "s.json")).isEqualTo(share);
  }
}
