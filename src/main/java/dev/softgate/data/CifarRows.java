package dev.softgate.data;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The rows of a CIFAR file.
 *
 * @param labels int32, N
 * @param pixels uint8, N×C×H×W
 */
@SuppressWarnings("ArrayRecordComponent") // on the way from a file to an ImageSet
record CifarRows(int[] labels, byte[] pixels) {

  /**
   * Reads and checks all rows of a file.
   *
   * @param where how messages name the file
   * @param in positioned at the first row
   * @param size of the file in bytes, as its directory or archive states it
   * @throws BadInputException if the size is no multiple of a row's, a label is out of range, or
   *     the file ends early
   * @throws IOException if reading fails
   */
  static CifarRows read(CifarFormat format, String where, InputStream in, long size)
      throws IOException {
    int rowBytes = format.rowBytes();
    if (size == 0 || size % rowBytes != 0) {
      throw new BadInputException(
          "%s has %,d bytes, not a multiple of the %,d of a %s row: it is cut short or another file;"
                  .formatted(where, size, rowBytes, format.datasetName())
              + " supply it again");
    }
    if (size / rowBytes > CifarFormat.MAX_ROWS) {
      throw new BadInputException(
          "%s has %,d rows, more than the %,d that can be: it is not a %s file; supply it again"
              .formatted(where, size / rowBytes, CifarFormat.MAX_ROWS, format.datasetName()));
    }
    int rows = (int) (size / rowBytes);
    int[] labels = new int[rows];
    byte[] pixels = new byte[rows * CifarFormat.PIXEL_BYTES];
    List<Integer> bounds = format.labelBounds();
    byte[] head = new byte[bounds.size()];
    for (int row = 0; row < rows; row++) {
      int read =
          in.readNBytes(head, 0, head.length)
              + in.readNBytes(pixels, row * CifarFormat.PIXEL_BYTES, CifarFormat.PIXEL_BYTES);
      if (read < rowBytes) {
        throw new BadInputException(
            "%s ends in row %,d (from 0), after %,d of %,d bytes: it is cut short; supply it again"
                .formatted(where, row, (long) row * rowBytes + read, size));
      }
      for (int i = 0; i < head.length; i++) {
        int label = head[i] & 0xFF;
        if (label >= bounds.get(i)) {
          throw new BadInputException(
              ("%s: row %,d (from 0) has label %d at byte %,d, but %s labels end at %d:"
                      + " the file is damaged or another one; supply it again")
                  .formatted(
                      where,
                      row,
                      label,
                      (long) row * rowBytes + i,
                      format.datasetName(),
                      bounds.get(i) - 1));
        }
        labels[row] = label;
      }
    }
    return new CifarRows(labels, pixels);
  }

  /** The rows of several files, one after the other, as a set of images. */
  static ImageSet join(List<CifarRows> parts) {
    int rows = parts.stream().mapToInt(part -> part.labels.length).sum();
    if (rows > CifarFormat.MAX_ROWS) {
      throw new BadInputException(
          "the train files have %,d rows together, more than the %,d that can be"
              .formatted(rows, CifarFormat.MAX_ROWS));
    }
    if (parts.size() == 1) {
      return set(parts.get(0));
    }
    CifarRows all = new CifarRows(new int[rows], new byte[rows * CifarFormat.PIXEL_BYTES]);
    int row = 0;
    for (CifarRows part : parts) {
      System.arraycopy(part.labels, 0, all.labels, row, part.labels.length);
      System.arraycopy(
          part.pixels, 0, all.pixels, row * CifarFormat.PIXEL_BYTES, part.pixels.length);
      row += part.labels.length;
    }
    return set(all);
  }

  private static ImageSet set(CifarRows rows) {
    return ImageSet.of(
        rows.pixels, rows.labels, CifarFormat.CHANNELS, CifarFormat.SIDE, CifarFormat.SIDE);
  }
}
