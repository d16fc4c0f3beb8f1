package dev.softgate.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.evaluation.GateValues;
import dev.softgate.evaluation.Predictions;
import dev.softgate.training.TrainingListener.EpochTiming;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesTest {

  @TempDir private Path folder;

  @Test
  void writesATimingRowPerEpoch() throws IOException {
    Path file = folder.resolve("timing.csv");

    TimingTable.append(file, 0, new EpochTiming(1.5, 2.25, 30_000));
    TimingTable.append(file, 1, new EpochTiming(1e-5, 2, 0.1));
    Files.writeString(file, "2,1.0", StandardOpenOption.APPEND); // cut short by a kill
    TimingTable.append(file, 2, new EpochTiming(3, 4, 5));

    assertThat(file)
        .hasContent(
            """
            epoch,train_seconds,total_seconds,images_per_second
            0,1.5,2.25,30000.0
            1,1.0E-5,2.0,0.1
            2,1.0
            2,3.0,4.0,5.0
            """);
  }

  @Test
  void timingNamesAnUnwritableFile() {
    Path file = folder.resolve("missing").resolve("timing.csv");

    assertThatThrownBy(() -> TimingTable.append(file, 0, new EpochTiming(1, 1, 1)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void writesAGateRowPerImage() {
    Path file = folder.resolve("gates-test.csv");

    GatesTable.write(
        file,
        predictions(
            new int[] {7, 3},
            new int[] {1, 2},
            new float[] {0, 3, 0, 5, 0, 0},
            new GateValues(
                "b3", new float[] {1e-7f, 0.98f}, new float[] {0.1f, 2.3025851f}, new float[6])));

    assertThat(file)
        .hasContent(
            "id,label,predicted,correct,entropy,g\n7,1,1,1,0.1,1.0E-7\n3,2,0,0,2.3025851,0.98\n");
  }

  @Test
  void baselineHasPredictionEntropyAndNoGate() {
    Path file = folder.resolve("gates-test.csv");
    float[] even = {1, 1, 1};

    GatesTable.write(file, predictions(new int[] {7}, new int[] {1}, even));

    assertThat(file)
        .hasContent("id,label,predicted,correct,entropy,g\n7,1,0,0," + (float) Math.log(3) + ",\n");
  }

  @Test
  void writesColumnsForSeveralGates() {
    Path classifiers = folder.resolve("classifiers.csv");
    Path units = folder.resolve("units.csv");
    float[] even = {1, 1, 1};

    GatesTable.write(
        classifiers,
        predictions(
            new int[] {7},
            new int[] {0},
            even,
            new GateValues("b2", new float[] {0.25f}, new float[] {0.5f}, new float[3]),
            new GateValues("b3", new float[] {0.75f}, new float[] {1}, new float[3])));
    GatesTable.write(
        units,
        predictions(
            new int[] {7},
            new int[] {0},
            even,
            new GateValues("layer1.0", new float[] {0.125f}, null, null),
            new GateValues("layer1.1", new float[] {0.375f}, null, null)));

    assertThat(classifiers)
        .hasContent(
            """
            id,label,predicted,correct,entropy,g,entropy_b2,g_b2,entropy_b3,g_b3
            7,0,0,1,0.75,0.5,0.5,0.25,1.0,0.75
            """);
    assertThat(units)
        .hasContent(
            "id,label,predicted,correct,entropy,g,g_layer1.0,g_layer1.1\n7,0,0,1,"
                + (float) Math.log(3)
                + ",0.25,0.125,0.375\n");
  }

  @Test
  void gatesRejectDifferentLengths() {
    int[] two = {1, 2};
    int[] one = {1};
    float[] logits = new float[6];
    float[] twoFloats = {1, 1};
    float[] oneFloat = {1};

    assertThatThrownBy(() -> predictions(two, one, logits))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> predictions(two, two, new float[3]))
        .isInstanceOf(IllegalArgumentException.class);
    for (GateValues gate :
        List.of(
            new GateValues("b3", oneFloat, null, null),
            new GateValues("b3", twoFloats, oneFloat, null),
            new GateValues("b3", twoFloats, twoFloats, new float[3]))) {
      assertThatThrownBy(() -> predictions(two, two, logits, gate))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("b3");
    }
  }

  private static Predictions predictions(
      int[] ids, int[] labels, float[] logits, GateValues... gates) {
    return new Predictions(ids, labels, 3, logits, List.of(gates), null);
  }
}
