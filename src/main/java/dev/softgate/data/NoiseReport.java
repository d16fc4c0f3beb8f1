package dev.softgate.data;

import dev.softgate.interop.AtomicFiles;
import java.nio.file.Path;
import java.util.List;

/**
 * A label file with known wrong labels, in figures.
 *
 * @param changed the number of wrong labels
 * @param rate the fraction of wrong labels
 * @param confusion the number of images by true label (row) and given label (column), K×K
 * @param sha256 the hash of the file's bytes, in lower-case hexadecimal
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

  /** Writes a label file, replacing an earlier one: the labels of the train images, int32, N. */
  public static NoiseReport write(Path file, int[] given, int[] clean, Dataset dataset) {
    LabelFile labels = LabelFile.of(file, given, clean, dataset);
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
