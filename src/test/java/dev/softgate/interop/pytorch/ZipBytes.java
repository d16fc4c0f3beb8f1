package dev.softgate.interop.pytorch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes zip files byte by byte, with fields that may be wrong. */
final class ZipBytes {

  /** An entry of the directory. */
  static final class Entry {
    private final String name;
    private final byte[] data;
    int flags;
    int method;
    int crc;
    long compressed;
    long size;

    Entry(String name, byte[] contents) {
      this.name = name;
      this.data = contents;
      CRC32 checksum = new CRC32();
      checksum.update(contents);
      this.crc = (int) checksum.getValue();
      this.compressed = contents.length;
      this.size = contents.length;
    }

    private Entry(String name, byte[] deflated, Entry of) {
      this.name = name;
      this.data = deflated;
      this.method = 8;
      this.crc = of.crc;
      this.compressed = deflated.length;
      this.size = of.size;
    }

    Entry deflated() {
      Deflater deflater = new Deflater(9, true);
      deflater.setInput(data);
      deflater.finish();
      byte[] room = new byte[data.length * 2 + 100];
      int length = deflater.deflate(room);
      deflater.end();
      return new Entry(name, Arrays.copyOf(room, length), this);
    }
  }

  private final List<Entry> entries = new ArrayList<>();
  private final boolean wide;

  /**
   * @param wide whether all sizes and positions are in the 64-bit extension
   */
  ZipBytes(boolean wide) {
    this.wide = wide;
  }

  Entry add(String name, byte[] contents) {
    return add(new Entry(name, contents));
  }

  Entry add(Entry entry) {
    entries.add(entry);
    return entry;
  }

  byte[] toBytes() {
    return toBytes(entries.size());
  }

  byte[] toBytes(int claimedEntries) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ByteArrayOutputStream directory = new ByteArrayOutputStream();
    for (Entry entry : entries) {
      byte[] name = entry.name.getBytes(StandardCharsets.UTF_8);
      int header = file.size();
      // Sizes of 0 and padding in the extra field, as in PyTorch's files.
      byte[] padding = {'F', 'B', 3, 0, 'Z', 'Z', 'Z'};
      file.writeBytes(
          buffer(30 + name.length + padding.length)
              .putInt(0x04034b50)
              .putShort((short) 0)
              .putShort((short) entry.flags)
              .putShort((short) entry.method)
              .putInt(0)
              .putInt(0)
              .putInt(0)
              .putInt(0)
              .putShort((short) name.length)
              .putShort((short) padding.length)
              .put(name)
              .put(padding)
              .array());
      file.writeBytes(entry.data);
      directory.writeBytes(directoryEntry(entry, name, header));
    }
    int begin = file.size();
    file.writeBytes(directory.toByteArray());
    if (wide) {
      int end64 = file.size();
      file.writeBytes(
          buffer(56)
              .putInt(0x06064b50)
              .putLong(44)
              .putInt(0)
              .putLong(0)
              .putLong(claimedEntries)
              .putLong(claimedEntries)
              .putLong(directory.size())
              .putLong(begin)
              .array());
      file.writeBytes(buffer(20).putInt(0x07064b50).putInt(0).putLong(end64).putInt(1).array());
    }
    file.writeBytes(
        buffer(22)
            .putInt(0x06054b50)
            .putInt(0)
            .putShort((short) (wide ? -1 : claimedEntries))
            .putShort((short) (wide ? -1 : claimedEntries))
            .putInt(wide ? -1 : directory.size())
            .putInt(wide ? -1 : begin)
            .putShort((short) 0)
            .array());
    return file.toByteArray();
  }

  private byte[] directoryEntry(Entry entry, byte[] name, int header) {
    byte[] extra =
        wide
            ? buffer(28)
                .putShort((short) 1)
                .putShort((short) 24)
                .putLong(entry.size)
                .putLong(entry.compressed)
                .putLong(header)
                .array()
            : new byte[0];
    return buffer(46 + name.length + extra.length)
        .putInt(0x02014b50)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) entry.flags)
        .putShort((short) entry.method)
        .putInt(0)
        .putInt(entry.crc)
        .putInt(wide ? -1 : (int) entry.compressed)
        .putInt(wide ? -1 : (int) entry.size)
        .putShort((short) name.length)
        .putShort((short) extra.length)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) 0)
        .putInt(0)
        .putInt(wide ? -1 : header)
        .put(name)
        .put(extra)
        .array();
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
