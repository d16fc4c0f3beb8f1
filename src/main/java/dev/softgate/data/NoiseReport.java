package dev.softgate.data;

import dev.softgate.interop.AtomicFiles;
import java.nio.file.Path;
import java.util.List;

/**
 * A label file with known wrong labels, in figures.
 *
 * @param images how many have a label
 * @param changed how many of these labels are wrong
 * @param rate the fraction of wrong labels
 * @param classNames in the order of the labels
 * @param confusion images of each true class (row) by given label (column), K×K
 * @param dataset whose train images they are
 * @param file with the labels
 * @param sha256 of its labels
 */
@SuppressWarnings("ArrayRecordComponent") // printed, never compared
public record NoiseReport(
    int images,
    int changed,
    double rate,
    List<String> classNames,
    int[][] confusion,
    String dataset,
    Path file,
    String sha256) {

  /**
   * Writes the labels in the place of a file.
   *
   * @param given label of each train image, N, in [0, K)
   * @param clean true label of each, N
   */
  public static NoiseReport write(Path file, int[] given, int[] clean, Dataset dataset) {
    LabelFile labels = LabelFile.of(file, given, clean, dataset.classNames());
    AtomicFiles.writeString(file, labels.text(dataset.classNames()));
    int changed = LabelFile.differences(given, clean);
    return new NoiseReport(
        clean.length,
        changed,
        (double) changed / clean.length,
        dataset.classNames(),
        labels.confusion(dataset.classes()),
        dataset.name(),
        file,
        labels.sha256());
  }
}
