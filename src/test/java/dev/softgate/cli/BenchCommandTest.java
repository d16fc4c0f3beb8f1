package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.torch.TorchRuntime;
import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {

  private static final String[] SMALL = {
    "--depth", "14", "--batch-size", "8", "--steps", "2", "--threads", "1", "--json"
  };

  private static JsonNode bench(String... arguments) throws IOException {
    String[] all = new String[arguments.length + SMALL.length + 1];
    all[0] = "bench";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    System.arraycopy(SMALL, 0, all, 1 + arguments.length, SMALL.length);
    return TinyRun.json(all);
  }

  @ParameterizedTest
  @CsvSource({"train, true", "infer, false"})
  void partsAddUpAndAreComparedWithTheMachine(String subject, boolean trains) throws IOException {
    JsonNode figures =
        bench(subject, "--engine", "onednn", "--precision", "fp32", "--canvas", "16=2");

    Golden.assertValues("bench-" + subject, figures);
    assertThat(figures.path("canvas").textValue()).isEqualTo(trains ? "16=2" : null);
    JsonNode parts = figures.get("parts");
    assertThat(parts.fieldNames())
        .toIterable()
        .containsExactlyElementsOf(
            trains
                ? List.of(
                    "forward",
                    "backward_data",
                    "backward_weights",
                    "norm",
                    "add",
                    "layout",
                    "wait",
                    "optimizer",
                    "gate_and_head",
                    "rest")
                : List.of("forward", "layout", "wait", "gate_and_head", "rest"));
    assertThat(parts)
        .allSatisfy(part -> assertThat(part.get("milliseconds").doubleValue()).isPositive());
    double sum =
        StreamSupport.stream(parts.spliterator(), false)
            .mapToDouble(part -> part.get("milliseconds").doubleValue())
            .sum();
    assertThat(sum)
        .isCloseTo(figures.get("mean_milliseconds_per_step").doubleValue(), within(1e-6));
    double matmul = figures.get("matmul_gigaflops_per_second").doubleValue();
    double copy = figures.get("copy_gigabytes_per_second").doubleValue();
    JsonNode forward = parts.get("forward");
    assertThat(forward.get("of_ceiling").doubleValue())
        .isCloseTo(forward.get("gigaflops_per_second").doubleValue() / matmul, within(1e-9));
    JsonNode layout = parts.get("layout");
    assertThat(layout.get("of_ceiling").doubleValue())
        .isCloseTo(layout.get("gigabytes_per_second").doubleValue() / copy, within(1e-9));
  }

  @Test
  void comparisonShowsTheEnginesParts() throws IOException {
    JsonNode figures = bench("infer", "--compare");
    Golden.assertValues("bench-compare", figures);
    JsonNode rows = figures.get("compare");

    assertThat(rows.get(0).get("ratio").doubleValue()).isEqualTo(1);
    assertThat(rows)
        .extracting(row -> row.get("engine").textValue() + " " + row.get("layout").textValue())
        .startsWith("libtorch default", "libtorch channels-last")
        .endsWith("onednn channels-last");
    assertThat(
            StreamSupport.stream(rows.spliterator(), false)
                .filter(row -> row.get("engine").textValue().equals("onednn")))
        .isNotEmpty()
        .allMatch(row -> row.get("parts").has("forward"));
    assertThat(rows.get(0).has("parts")).as("libtorch").isFalse();
  }

  @Test
  void loadingHasItsFigures() throws IOException {
    Golden.assertValues("bench-loader", bench("loader"));
    Golden.assertText(
        "bench-loader",
        TinyRun.run("bench", "loader", "--batch-size=2", "--steps=1")
            .out()
            .replace(TorchRuntime.instructionSet(), "SET"));
  }
}
