package dev.softgate.run;

import dev.softgate.training.TrainingListener.EpochTiming;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * How long each epoch took: {@code timing.csv}, with the columns {@value #HEADER}. It lies apart
 * from {@code metrics.csv} because times differ between runs that are otherwise equal.
 *
 * <p>The file is a diary: an epoch that a resumed run trains again has a row for each time, and one
 * that was resumed midway counts the seconds since then.
 */
public final class TimingTable {

  static final String HEADER = "epoch,train_seconds,total_seconds,images_per_second";

  private TimingTable() {}

  /**
   * Adds an epoch's row; makes the file, with its header, if it is missing. A last line that a kill
   * cut short is ended first.
   *
   * @param epoch zero-based
   * @throws UncheckedIOException if that fails
   */
  public static void append(Path file, int epoch, EpochTiming timing) {
    String row =
        String.join(
                ",",
                Integer.toString(epoch),
                Double.toString(timing.trainSeconds()),
                Double.toString(timing.totalSeconds()),
                Double.toString(timing.imagesPerSecond()))
            + "\n";
    try (RandomAccessFile table = new RandomAccessFile(file.toFile(), "rw")) {
      String before = table.length() == 0 ? HEADER + "\n" : endsLine(table) ? "" : "\n";
      table.seek(table.length());
      table.write((before + row).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private static boolean endsLine(RandomAccessFile table) throws IOException {
    table.seek(table.length() - 1);
    return table.read() == '\n';
  }
}
