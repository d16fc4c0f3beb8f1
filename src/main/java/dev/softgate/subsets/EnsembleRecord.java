package dev.softgate.subsets;

import dev.softgate.BadInputException;
import dev.softgate.Range;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.InputFiles;
import dev.softgate.interop.RecordJson;
import java.nio.file.Path;
import java.util.List;

/**
 * What the networks of an ensemble have in common beside their configuration.
 *
 * @param fraction the share of the images that each is trained on
 * @param images how many images there are to draw from
 * @param classNames the names of the classes, in the order of their ids
 * @param dataSha256 the hash of the data set
 */
record EnsembleRecord(
    @Range(from = 0, to = 1, above = true, below = true) double fraction,
    @Range(from = 2) int images,
    List<String> classNames,
    String dataSha256) {

  private static final int MOST_BYTES = 1 << 24;

  EnsembleRecord {
    classNames = List.copyOf(classNames);
  }

  /** Reads a file; BadInputException if it is missing or malformed. */
  static EnsembleRecord read(Path file) {
    return RecordJson.read(
        InputFiles.text(file, "an ensemble's subsets.json", MOST_BYTES),
        EnsembleRecord.class,
        file.toString());
  }

  void write(Path file) {
    AtomicFiles.writeString(file, RecordJson.write(this) + "\n");
  }

  /**
   * Refuses to add networks to others.
   *
   * @param before what the networks have in common that are there
   */
  void requireSameAs(EnsembleRecord before, Path folder) {
    if (fraction != before.fraction) {
      throw new BadInputException(
          "%s was begun with --fraction %s; use the same, or another --out",
          folder, before.fraction);
    }
    if (images != before.images || !dataSha256.equals(before.dataSha256)) {
      throw new BadInputException(
          "%s was begun with other images (%,d, SHA-256 %s; now %,d, %s); give {data-dir}, or"
              + " another --out",
          folder, before.images, before.dataSha256, images, dataSha256);
    }
  }
}
