package dev.softgate.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.softgate.BadInputException;
import dev.softgate.run.Summary.Machine;
import dev.softgate.run.Summary.Network;
import dev.softgate.run.Summary.Provenance;
import dev.softgate.run.Summary.Results;
import dev.softgate.run.Summary.Session;
import dev.softgate.run.Summary.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SummaryTest {

  private static final Network NETWORK =
      new Network("cifar10", "resnet", 110, "basic", "classifier", 1_768_448, 255_000_000_000L);

  @TempDir private Path folder;

  private static Summary full(Status status) {
    return new Summary(
        status,
        new Results(0.9355, 1 / 3.0, 265, 0.9344, 0.935, 0.31, 332, 203.5, 221.0),
        NETWORK,
        new Machine("libtorch", "bf16", 2, 1, "cuda", "amx", 3_000_000_000L),
        provenance("ab", "cd", "ef"));
  }

  /** Interrupted in the first epoch: nothing is known yet. */
  private static Summary sparse() {
    return new Summary(
        Status.INTERRUPTED,
        new Results(null, null, null, null, null, null, 0, null, null),
        NETWORK,
        new Machine("libtorch", "fp32", 2, 1, null, null, null),
        provenance(null, null, null));
  }

  private static Provenance provenance(
      @Nullable String split, @Nullable String data, @Nullable String weights) {
    return new Provenance(
        "run \"é\"",
        "train --depth 110",
        "2019-06-01T12:00:00Z",
        List.of(new Session("2019-06-02T12:00:00Z", "train --resume r")),
        1,
        split,
        data,
        data,
        0.25,
        "aum",
        data,
        weights,
        "0.1.0");
  }

  @ParameterizedTest
  @EnumSource
  void roundTrips(Status status) {
    Path file = folder.resolve("summary.json");

    full(status).write(file);
    assertThat(Summary.read(file)).isEqualTo(full(status));
    sparse().write(file);
    assertThat(Summary.read(file)).isEqualTo(sparse());
  }

  @Test
  void hasTheContractsKeys() throws IOException {
    Path file = folder.resolve("summary.json");
    sparse().write(file);

    Map<?, ?> json = new ObjectMapper().readValue(file.toFile(), Map.class);

    assertThat(new ArrayList<Object>(json.keySet()))
        .containsExactlyInAnyOrderElementsOf(
            List.<Object>of(
                // DESIGN.md
                "test_accuracy",
                "val_accuracy",
                "best_epoch",
                "epochs",
                "images_per_second",
                "epoch_seconds",
                "parameters",
                "macs",
                "seed",
                "engine",
                "precision",
                "threads",
                "split_sha256",
                "data_sha256",
                "labels_sha256",
                "drop_suspects",
                "score",
                "scores_sha256",
                "weights_sha256",
                "softgate_version",
                "status",
                // and more
                "name",
                "command",
                "started",
                "resumed",
                "dataset",
                "arch",
                "depth",
                "block",
                "gate",
                "processes",
                "device",
                "instruction_set",
                "peak_rss_bytes",
                "test_mean_gate",
                "best_val_accuracy",
                "best_test_accuracy"));
    assertThat(json.get("status")).isEqualTo("interrupted");
    assertThat(json.get("test_accuracy")).isNull();
    assertThat(json.get("macs")).isEqualTo(255_000_000_000L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"depth\" : 110, | '' | the key \"depth\" is missing",
        "\"depth\" : 110 | \"depth\" : null | the key \"depth\" is null",
        "\"depth\" : 110 | \"depth\" : 110.5 | the key \"depth\": Cannot coerce",
        "\"depth\" : 110 | \"depth\" : \"110\" | the key \"depth\": Cannot coerce",
        "\"depth\" : 110 | \"depth\" : 110, \"depth\" : 110 | Duplicate",
        "\"depth\" : 110 | \"depth\" : 110, \"width\" : 1 | the key \"width\" is unknown",
        "\"block\" : \"basic\" | \"block\" : null | the key \"block\" is null",
        "\"status\" : \"finished\" | \"status\" : \"done\" | done",
        "\"status\" : \"finished\" | \"status\" : null | the key \"status\" is null",
        "\"command\" : \"train --resume r\" | \"line\" : 1 | the key \"resumed\"",
        "2019-06-02T12:00:00Z | today | not an ISO 8601 time in UTC: today",
        "2019-06-01T12:00:00Z | yesterday | not an ISO 8601 time in UTC: yesterday",
        "{ | [ | is not a run's summary",
        "} | '' | is not a run's summary",
        "} | }} | is not a run's summary",
      })
  void rejectsMalformedSummaries(String part, String replacement, String reason)
      throws IOException {
    Path file = folder.resolve("summary.json");
    full(Status.FINISHED).write(file);
    String text = Files.readString(file);
    assertThat(text).contains(part);
    Files.writeString(file, text.replace(part, replacement));

    assertThatThrownBy(() -> Summary.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(reason)
        .message()
        .hasLineCount(1);
  }

  @Test
  void rejectsOtherFiles() throws IOException {
    Path file = folder.resolve("summary.json");
    assertThatThrownBy(() -> Summary.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no such file");
    for (String text : List.of("", "7", "null", "[]")) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> Summary.read(file))
          .as(text)
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("not a JSON object");
    }
  }

  @Test
  void readsEarlierSummaries() throws IOException {
    Path file = folder.resolve("summary.json");
    full(Status.FINISHED).write(file);
    ObjectMapper json = new ObjectMapper();
    ObjectNode old = (ObjectNode) json.readTree(file.toFile());
    old.remove("resumed");
    List.of("labels_sha256", "drop_suspects", "score", "scores_sha256").forEach(old::remove);
    Files.writeString(file, old.toString());

    assertThat(Summary.read(file).provenance().resumed()).isEmpty();
    assertThat(Summary.read(file).provenance().labelsSha256()).isNull();
    assertThat(Summary.read(file).provenance().dropSuspects()).isNull();
  }

  @Test
  void rejectsNonFiniteNumbers() {
    Path file = folder.resolve("summary.json");
    Results results = new Results(Double.NaN, null, null, null, null, null, 0, null, null);
    Summary summary =
        new Summary(
            Status.FAILED,
            results,
            NETWORK,
            new Machine("libtorch", "fp32", 2, 1, null, null, null),
            provenance(null, null, null));

    assertThatThrownBy(() -> summary.write(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN");
    assertThat(file).doesNotExist();
  }
}
