package dev.softgate.data;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes the files of CIFAR's Python version, as Python 2's cPickle did, or as Python 3 does. */
final class CifarPickles {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final boolean python3;

  private CifarPickles(boolean python3) {
    this.python3 = python3;
  }

  /** The same rows as binary files have. */
  static Map<String, byte[]> of(CifarFormat format, Map<String, byte[]> binary, boolean python3) {
    Map<String, byte[]> pickles = new LinkedHashMap<>();
    for (String file : format.rowFiles()) {
      byte[] rows = CifarFiles.file(binary, file);
      pickles.put(
          CifarFormat.Python.file(file), new CifarPickles(python3).batch(format, rows, "u1"));
    }
    pickles.put(format.python().classNamesFile(), new CifarPickles(python3).names(format));
    return pickles;
  }

  static byte[] batchOf(CifarFormat format, byte[] rows, String type) {
    return new CifarPickles(false).batch(format, rows, type);
  }

  private byte[] batch(CifarFormat format, byte[] rows, String type) {
    int count = rows.length / format.rowBytes();
    int head = format.labelBounds().size();
    byte[] pixels = new byte[count * CifarFormat.PIXEL_BYTES];
    byte[] labels = new byte[count];
    for (int row = 0; row < count; row++) {
      labels[row] = rows[row * format.rowBytes() + head - 1];
      System.arraycopy(
          rows,
          row * format.rowBytes() + head,
          pixels,
          row * CifarFormat.PIXEL_BYTES,
          CifarFormat.PIXEL_BYTES);
    }
    start();
    text("batch_label");
    text("training batch 1 of 5");
    text(format.python().labels());
    op("](");
    for (byte label : labels) {
      op("K").write(label);
    }
    op("e");
    text("data");
    array(pixels, count, type);
    return end();
  }

  private byte[] names(CifarFormat format) {
    start();
    text(format.python().names());
    op("](");
    format.classNames().forEach(this::text);
    op("e");
    return end();
  }

  private void start() {
    out.write(0x80);
    out.write(python3 ? 3 : 2);
    op("}(");
  }

  private byte[] end() {
    op("u.");
    return out.toByteArray();
  }

  private ByteArrayOutputStream op(String ascii) {
    out.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    return out;
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    if (python3) {
      op("X");
      number(bytes.length);
    } else {
      op("U").write(bytes.length);
    }
    out.writeBytes(bytes);
  }

  private void number(int value) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  /** _reconstruct(ndarray, (0,), "b"), then its state. */
  private void unsignedShort(int value) {
    op("M").write(value & 0xFF);
    out.write(value >> 8);
  }

  private void array(byte[] pixels, int rows, String type) {
    op("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK").write(0);
    out.write(0x85);
    text("b");
    out.write(0x87);
    op("R(K").write(1);
    unsignedShort(rows);
    unsignedShort(CifarFormat.PIXEL_BYTES);
    out.write(0x86);
    op("cnumpy\ndtype\n");
    text(type);
    op("K").write(0);
    op("K").write(1);
    out.write(0x87);
    op("R(K").write(3);
    text("|");
    op("NNNJ");
    number(-1);
    op("J");
    number(-1);
    op("K").write(0);
    op("tb");
    out.write(0x89);
    op(python3 ? "B" : "T");
    number(pixels.length);
    out.writeBytes(pixels);
    op("tb");
  }
}
