package dev.softgate.interop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A strict reader of event files, written from the format alone. It shares no code with the writer,
 * knows the fields by number and computes checksums bit by bit.
 */
public final class TensorBoardEvents {

  private TensorBoardEvents() {}

  /** A decoded message: Long, Double, Float or byte[] values by field number, in order. */
  public record Message(Map<Integer, List<Object>> fields) {

    /** The only value of a field. */
    public Object only(int field) {
      List<Object> values = fields.getOrDefault(field, List.of());
      if (values.size() != 1) {
        throw new IllegalStateException("field " + field + " of " + fields + " is not single");
      }
      return values.get(0);
    }

    public boolean has(int field) {
      return fields.containsKey(field);
    }

    public Message message(int field) {
      return decode(ByteBuffer.wrap((byte[]) only(field)));
    }

    public String text(int field) {
      return new String((byte[]) only(field), StandardCharsets.UTF_8);
    }

    /** A packed field of doubles. */
    public double[] doubles(int field) {
      byte[] bytes = (byte[]) only(field);
      double[] values = new double[bytes.length / 8];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
      return values;
    }
  }

  /** One scalar of a file. */
  public record Scalar(String tag, long step, float value) {}

  /** All events of a file; throws if a length, a checksum or an encoding is wrong. */
  public static List<Message> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Message> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      events.add(record(bytes));
    }
    return events;
  }

  /** The events of a file up to a record that a kill truncated, if there is one. */
  public static List<Message> readWhole(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Message> events = new ArrayList<>();
    while (bytes.remaining() >= 12 && bytes.remaining() >= 16 + bytes.getLong(bytes.position())) {
      events.add(record(bytes));
    }
    return events;
  }

  /** The scalars of a file, in order. */
  public static List<Scalar> scalars(Path file) throws IOException {
    List<Scalar> scalars = new ArrayList<>();
    for (Message event : read(file)) {
      if (event.has(5) && event.message(5).message(1).has(2)) {
        Message value = event.message(5).message(1);
        scalars.add(new Scalar(value.text(1), (Long) event.only(2), (Float) value.only(2)));
      }
    }
    return scalars;
  }

  private static Message record(ByteBuffer bytes) {
    byte[] length = take(bytes, 8);
    check(length, bytes.getInt());
    byte[] event =
        take(bytes, (int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong());
    check(event, bytes.getInt());
    return decode(ByteBuffer.wrap(event));
  }

  private static byte[] take(ByteBuffer from, int bytes) {
    byte[] taken = new byte[bytes];
    from.get(taken);
    return taken;
  }

  private static void check(byte[] bytes, int masked) {
    int crc = ~0;
    for (byte next : bytes) {
      crc ^= next & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78); // Castagnoli, reflected
      }
    }
    crc = ~crc;
    if (((crc >>> 15) | (crc << 17)) + 0xa282ead8 != masked) {
      throw new IllegalStateException("wrong checksum");
    }
  }

  private static Message decode(ByteBuffer bytes) {
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    Map<Integer, List<Object>> fields = new TreeMap<>();
    while (bytes.hasRemaining()) {
      long tag = varint(bytes);
      Object value =
          switch ((int) (tag & 7)) {
            case 0 -> varint(bytes);
            case 1 -> bytes.getDouble();
            case 2 -> take(bytes, (int) varint(bytes));
            case 5 -> bytes.getFloat();
            default -> throw new IllegalStateException("wire type of tag " + tag);
          };
      fields.computeIfAbsent((int) (tag >>> 3), field -> new ArrayList<>()).add(value);
    }
    return new Message(fields);
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalStateException("a varint of more than 10 bytes");
  }
}
