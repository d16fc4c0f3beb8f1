package dev.softgate.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.interop.TensorBoardEvents.Message;
import dev.softgate.interop.TensorBoardEvents.Scalar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardWriterTest {

  @TempDir private Path folder;

  @Test
  void recordsScalarsAfterTheFileVersion() throws IOException {
    Path file;
    try (TensorBoardWriter writer = TensorBoardWriter.create(folder.resolve("new"), 0)) {
      writer.scalar("train_accuracy", 1, 35.75);
      writer.scalar("lr é", 300, 1e-3);
      file = writer.file();
    }

    List<Message> events = TensorBoardEvents.read(file);
    assertThat(events).hasSize(3);
    assertThat(events.get(0).text(3)).isEqualTo("brain.Event:2");
    double now = System.currentTimeMillis() / 1000.0;
    assertThat((Double) events.get(0).only(1)).isCloseTo(now, within(600.0));
    assertThat(TensorBoardEvents.scalars(file))
        .containsExactly(new Scalar("train_accuracy", 1, 35.75f), new Scalar("lr é", 300, 1e-3f));
  }

  @Test
  void resumedFileStatesItsFirstStep() throws IOException {
    Path file;
    try (TensorBoardWriter writer = TensorBoardWriter.create(folder, 17)) {
      file = writer.file();
    }

    List<Message> events = TensorBoardEvents.read(file);
    assertThat(events).hasSize(2);
    assertThat(events.get(1).only(2)).isEqualTo(17L);
    assertThat(events.get(1).message(7).only(1)).isEqualTo(1L);
  }

  @Test
  void concurrentWritersGetDistinctFiles() throws IOException {
    try (TensorBoardWriter first = TensorBoardWriter.create(folder, 0);
        TensorBoardWriter second = TensorBoardWriter.create(folder, 0)) {
      assertThat(second.file()).isNotEqualTo(first.file());
      assertThat(String.valueOf(first.file().getFileName()))
          .matches("events\\.out\\.tfevents\\.\\d{10}\\.[A-Za-z0-9_-]+\\.\\d+\\.\\d+");
    }
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void flushMakesRecordsReadable() throws IOException {
    try (TensorBoardWriter writer = TensorBoardWriter.create(folder, 0)) {
      writer.scalar("a", 1, 2);
      assertThat(TensorBoardEvents.scalars(writer.file())).isEmpty();
      writer.flush();
      assertThat(TensorBoardEvents.scalars(writer.file())).hasSize(1);
    }
  }

  @Test
  void histogramsCountEveryValueBetweenItsEdges() throws IOException {
    float[] values = new float[5000];
    Random random = new Random(3);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(9) - 6));
    }
    values[0] = 0;
    values[1] = -0.0f;

    Message histogram = histogram(values);

    double[] limits = histogram.doubles(6);
    double[] buckets = histogram.doubles(7);
    assertThat(limits).hasSameSizeAs(buckets).isSorted();
    assertThat(buckets[0]).isZero();
    assertThat(buckets[1]).isPositive();
    assertThat(buckets[buckets.length - 1]).isPositive();
    for (int i = 1; i < limits.length; i++) {
      int counted = 0;
      for (float value : values) {
        counted += value >= limits[i - 1] && value < limits[i] ? 1 : 0;
      }
      assertThat(buckets[i]).as("up to %s", limits[i]).isEqualTo(counted);
    }
    assertThat(DoubleStream.of(buckets).sum()).isEqualTo(values.length);
    assertThat(histogram.only(3)).isEqualTo((double) values.length);
  }

  @Test
  void histogramEdgesMatchTheSource() throws IOException {
    Message histogram = histogram(new float[] {0.25f, 0.25f, 0.26f, Float.NaN});

    assertThat(histogram.only(1)).isEqualTo(0.25);
    assertThat(histogram.only(2)).isEqualTo((double) 0.26f);
    assertThat(histogram.only(3)).isEqualTo(3.0);
    assertThat((Double) histogram.only(4)).isCloseTo(0.76, within(1e-7));
    assertThat((Double) histogram.only(5)).isCloseTo(0.1926, within(1e-7));
    // 1e-12·1.1^275 < 0.25 and 0.26 < 1e-12·1.1^276
    assertThat(histogram.doubles(6))
        .usingComparatorWithPrecision(1e-9)
        .containsExactly(1e-12 * Math.pow(1.1, 275), 1e-12 * Math.pow(1.1, 276));
    assertThat(histogram.doubles(7)).containsExactly(0, 3);
  }

  @Test
  void countsOutliersInOuterBuckets() throws IOException {
    assertThat(histogram(new float[] {1e30f, -1e30f, 1}).doubles(7))
        .hasSizeGreaterThan(1500)
        .startsWith(0, 1)
        .endsWith(1);
  }

  @Test
  void skipsEmptyHistograms() throws IOException {
    try (TensorBoardWriter writer = TensorBoardWriter.create(folder, 0)) {
      writer.histogram("none", 1, new float[0]);
      writer.histogram("none", 1, new float[] {Float.NaN});
      writer.flush();
      assertThat(TensorBoardEvents.read(writer.file())).hasSize(1);
    }
  }

  private Message histogram(float[] values) throws IOException {
    try (TensorBoardWriter writer = TensorBoardWriter.create(folder, 0)) {
      writer.histogram("g Values, train", 4, values);
      writer.flush();
      Message event = TensorBoardEvents.read(writer.file()).get(1);
      assertThat(event.only(2)).isEqualTo(4L);
      Message value = event.message(5).message(1);
      assertThat(value.text(1)).isEqualTo("g Values, train");
      return value.message(5);
    }
  }
}
