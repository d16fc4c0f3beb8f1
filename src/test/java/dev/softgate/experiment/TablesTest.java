package dev.softgate.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.training.TrainingListener.EpochTiming;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesTest {

  @TempDir private Path folder;

  @Test
  void timingIsARowAnEpochUnderOneHeader() throws IOException {
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
  void timingNamesTheFileItCannotWrite() {
    Path file = folder.resolve("missing").resolve("timing.csv");

    assertThatThrownBy(() -> TimingTable.append(file, 0, new EpochTiming(1, 1, 1)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void gatesAreARowAnImage() {
    Path file = folder.resolve("gates-test.csv");

    GatesTable.write(
        file,
        new int[] {7, 3},
        new int[] {1, 2},
        new int[] {1, 9},
        new float[] {0.1f, 2.3025851f},
        new float[] {1e-7f, 0.98f});

    assertThat(file)
        .hasContent(
            "id,label,predicted,correct,entropy,g\n7,1,1,1,0.1,1.0E-7\n3,2,9,0,2.3025851,0.98\n");
  }

  @Test
  void gatesOfABaselineAreEmptyCells() {
    Path file = folder.resolve("gates-test.csv");

    GatesTable.write(file, new int[] {7}, new int[] {1}, new int[] {0}, null, null);

    assertThat(file).hasContent("id,label,predicted,correct,entropy,g\n7,1,0,0,,\n");
  }

  @Test
  void gatesRefuseColumnsOfDifferentLengths() {
    Path file = folder.resolve("gates-test.csv");
    int[] two = {1, 2};
    int[] one = {1};
    float[] oneFloat = {1};

    assertThatThrownBy(() -> GatesTable.write(file, two, one, two, null, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> GatesTable.write(file, two, two, one, null, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> GatesTable.write(file, two, two, two, oneFloat, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> GatesTable.write(file, two, two, two, null, oneFloat))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gates-test.csv");
    assertThat(file).doesNotExist();
  }
}
