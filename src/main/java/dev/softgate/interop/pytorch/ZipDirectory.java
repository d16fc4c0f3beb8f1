package dev.softgate.interop.pytorch;

import dev.softgate.interop.Quoted;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The central directory of a zip file, with the 64-bit extensions, which PyTorch always writes.
 *
 * <p>Source: PKWARE's APPNOTE, sections 4.3 and 4.5. Differs: archives of several disks, encrypted,
 * or with data before the first entry are not supported.
 */
final class ZipDirectory {

  /** An entry: method 0 stored, 8 deflated; sizes in bytes; the position of its local header. */
  record Entry(
      String name, int flags, int method, int crc, long compressed, long size, long header) {

    boolean isEncrypted() {
      return (flags & 1) != 0;
    }
  }

  private static final long MAX_DIRECTORY_BYTES = 32L << 20;

  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int END_ENTRIES = 10;
  private static final int END_DIRECTORY_BYTES = 12;
  private static final int END_DIRECTORY = 16;
  private static final int END_COMMENT_BYTES = 20;

  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int LOCATOR_BYTES = 20;
  private static final int LOCATOR_END64 = 8;

  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int END64_BYTES = 56;
  private static final int END64_ENTRIES = 32;
  private static final int END64_DIRECTORY_BYTES = 40;
  private static final int END64_DIRECTORY = 48;

  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int ENTRY_FLAGS = 8;
  private static final int ENTRY_METHOD = 10;
  private static final int ENTRY_CRC = 16;
  private static final int ENTRY_COMPRESSED = 20;
  private static final int ENTRY_SIZE = 24;
  private static final int ENTRY_NAME_BYTES = 28;
  private static final int ENTRY_EXTRA_BYTES = 30;
  private static final int ENTRY_COMMENT_BYTES = 32;
  private static final int ENTRY_HEADER = 42;
  private static final int EXTRA_ZIP64 = 1;

  private static final int SATURATED_16 = 0xffff;
  private static final long SATURATED_32 = 0xffffffffL;

  private final TorchSource source;
  private final TorchRefusal refusal;

  private ZipDirectory(TorchSource source) {
    this.source = source;
    this.refusal = source.refusal();
  }

  /** Reads all entries by name, in the directory's order. */
  static Map<String, Entry> read(TorchSource source) {
    return new ZipDirectory(source).entries();
  }

  private Map<String, Entry> entries() {
    long tailBytes = Math.min(source.size(), END_BYTES + SATURATED_16);
    long tailBegin = source.size() - tailBytes;
    ByteBuffer tail = source.read(tailBegin, tailBytes, "its end");
    int end = endRecord(tail);
    long count = unsigned16(tail, end + END_ENTRIES);
    long bytes = unsigned32(tail, end + END_DIRECTORY_BYTES);
    long begin = unsigned32(tail, end + END_DIRECTORY);
    if (count == SATURATED_16 || bytes == SATURATED_32 || begin == SATURATED_32) {
      ByteBuffer end64 = endRecord64(tailBegin + end);
      count = end64.getLong(END64_ENTRIES);
      bytes = end64.getLong(END64_DIRECTORY_BYTES);
      begin = end64.getLong(END64_DIRECTORY);
    }
    if (bytes > MAX_DIRECTORY_BYTES) {
      throw refusal.damaged(
          "its zip directory claims %d bytes, more than the maximum of %d"
              .formatted(bytes, MAX_DIRECTORY_BYTES));
    }
    return parse(source.read(begin, bytes, "its zip directory"), count);
  }

  private int endRecord(ByteBuffer tail) {
    for (int at = tail.capacity() - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END_SIGNATURE
          && at + END_BYTES + unsigned16(tail, at + END_COMMENT_BYTES) == tail.capacity()) {
        return at;
      }
    }
    throw refusal.damaged("it begins like a zip file, but has no zip directory at its end");
  }

  private ByteBuffer endRecord64(long end) {
    ByteBuffer locator =
        source.read(end - LOCATOR_BYTES, LOCATOR_BYTES, "the place of its zip directory");
    if (locator.getInt(0) != LOCATOR_SIGNATURE) {
      throw refusal.damaged("the position of its zip directory is missing");
    }
    ByteBuffer end64 =
        source.read(
            locator.getLong(LOCATOR_END64), END64_BYTES, "the end record of its zip directory");
    if (end64.getInt(0) != END64_SIGNATURE) {
      throw refusal.damaged("its zip directory has no end record");
    }
    return end64;
  }

  private Map<String, Entry> parse(ByteBuffer directory, long count) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    int at = 0;
    while (at < directory.capacity()) {
      if (directory.capacity() - at < ENTRY_BYTES || directory.getInt(at) != ENTRY_SIGNATURE) {
        throw refusal.damaged("its zip directory is malformed at byte " + at);
      }
      int name = at + ENTRY_BYTES;
      int extra = name + unsigned16(directory, at + ENTRY_NAME_BYTES);
      int comment = extra + unsigned16(directory, at + ENTRY_EXTRA_BYTES);
      int next = comment + unsigned16(directory, at + ENTRY_COMMENT_BYTES);
      if (next > directory.capacity()) {
        throw refusal.damaged("its zip directory is truncated");
      }
      Entry entry = entry(directory, at, name, extra, comment);
      if (entries.putIfAbsent(entry.name(), entry) != null) {
        throw refusal.damaged(
            "its zip directory has %s twice".formatted(Quoted.quoted(entry.name())));
      }
      at = next;
    }
    if (entries.size() != count) {
      throw refusal.damaged(
          "its zip directory has %d entries, but claims %d".formatted(entries.size(), count));
    }
    return entries;
  }

  private Entry entry(ByteBuffer directory, int at, int name, int extra, int comment) {
    Wide wide = new Wide(directory.slice(extra, comment - extra).order(directory.order()));
    // In the order of the 64-bit extension.
    long size = wide.or(unsigned32(directory, at + ENTRY_SIZE));
    long compressed = wide.or(unsigned32(directory, at + ENTRY_COMPRESSED));
    long header = wide.or(unsigned32(directory, at + ENTRY_HEADER));
    return new Entry(
        StandardCharsets.UTF_8.decode(directory.slice(name, extra - name)).toString(),
        unsigned16(directory, at + ENTRY_FLAGS),
        unsigned16(directory, at + ENTRY_METHOD),
        directory.getInt(at + ENTRY_CRC),
        compressed,
        size,
        header);
  }

  /** The 64-bit numbers of an entry, which replace numbers that do not fit in 32 bits. */
  private final class Wide {
    private final ByteBuffer numbers;

    Wide(ByteBuffer extra) {
      this.numbers = find(extra);
    }

    private static ByteBuffer find(ByteBuffer extra) {
      final int prefix = 4;
      int at = 0;
      while (extra.capacity() - at >= prefix) {
        int id = unsigned16(extra, at);
        int length = Math.min(unsigned16(extra, at + 2), extra.capacity() - at - prefix);
        if (id == EXTRA_ZIP64) {
          return extra.slice(at + prefix, length).order(extra.order());
        }
        at += prefix + length;
      }
      return extra.slice(0, 0);
    }

    long or(long number) {
      if (number != SATURATED_32) {
        return number;
      }
      if (numbers.remaining() < Long.BYTES) {
        throw refusal.damaged("its zip directory lacks a 64-bit size");
      }
      return numbers.getLong();
    }
  }

  static int unsigned16(ByteBuffer from, int at) {
    return Short.toUnsignedInt(from.getShort(at));
  }

  private static long unsigned32(ByteBuffer from, int at) {
    return Integer.toUnsignedLong(from.getInt(at));
  }
}
