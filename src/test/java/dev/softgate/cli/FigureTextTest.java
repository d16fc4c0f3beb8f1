package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FigureTextTest {

  private static Map<String, @Nullable Object> saved(double saved, double noise) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("time_saved", saved);
    row.put("time_saved_noise", noise);
    return row;
  }

  @Test
  void printsNoiseAsNoSaving() {
    Map<String, @Nullable Object> values = saved(-0.3, 0.5);
    values.put("speed", List.of(saved(0.2, 0.05), saved(0.01, 0.02), saved(0.1, Double.NaN)));
    StringWriter out = new StringWriter();
    FigureText.print(values, new PrintWriter(out));
    assertThat(out.toString().lines().map(String::strip))
        .containsExactly(
            "time saved  within noise", "", "time saved", "0.2000", "within noise", "within noise");
  }
}
