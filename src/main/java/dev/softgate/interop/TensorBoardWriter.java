package dev.softgate.interop;

import com.google.protobuf.CodedOutputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Writes scalars and histograms as TensorBoard event files. A file is a sequence of records, framed
 * as in TFRecord files (length, checksum of the length, bytes, checksum of the bytes; checksums are
 * masked CRC-32C). Each holds one {@code Event} message; the constants below are the field numbers
 * of TensorFlow's {@code event.proto} and {@code summary.proto}.
 *
 * <p>Records are stored at {@link #flush}; readers skip a truncated one. Not thread-safe.
 */
public final class TensorBoardWriter implements AutoCloseable {

  private static final Path LINUX_NAME = Path.of("/proc/sys/kernel/hostname");

  // Event
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;
  // Summary and its Value
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int HISTOGRAM = 5;
  // SessionLog
  private static final int STATUS = 1;
  private static final int START = 1;

  /** Added to a rotated checksum, so that data may contain checksums. */
  private static final int CRC_MASK_DELTA = 0xa282ead8;

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MAX_FILES_A_SECOND = 1000;

  private final Path file;
  private final OutputStream out;

  private TensorBoardWriter(Path file) throws IOException {
    this.file = file;
    this.out = new BufferedOutputStream(new FileOutputStream(file.toFile()), BUFFER_BYTES);
  }

  /**
   * Creates an event file, and the folder if missing.
   *
   * @param resumeFromStep the first step of this file, from which on TensorBoard drops what earlier
   *     files recorded; 0 or less for a file that follows no other
   * @throws UncheckedIOException if the file cannot be created
   */
  public static TensorBoardWriter create(Path folder, long resumeFromStep) {
    try {
      TensorBoardWriter writer = new TensorBoardWriter(newFile(folder));
      writer.event(0, event -> event.writeString(FILE_VERSION, "brain.Event:2"));
      if (resumeFromStep > 0) {
        byte[] start = message(log -> log.writeEnum(STATUS, START));
        writer.event(resumeFromStep, event -> event.writeByteArray(SESSION_LOG, start));
      }
      writer.flush();
      return writer;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start an event file in " + folder, e);
    }
  }

  private static Path newFile(Path folder) throws IOException {
    Files.createDirectories(folder);
    long seconds = System.currentTimeMillis() / 1000;
    long process = ProcessHandle.current().pid();
    String prefix = "events.out.tfevents." + seconds + "." + hostName() + "." + process + ".";
    for (int number = 0; number < MAX_FILES_A_SECOND; number++) {
      try {
        return Files.createFile(folder.resolve(prefix + number));
      } catch (FileAlreadyExistsException e) {
        // Another run in this process and second: the next number is free.
      }
    }
    throw new IOException("too many event files named " + prefix + "*");
  }

  public Path file() {
    return file;
  }

  /** Records one number, as a 32-bit float; UncheckedIOException if writing fails. */
  public void scalar(String tag, long step, double value) {
    summary(tag, step, field -> field.writeFloat(SIMPLE_VALUE, (float) value));
  }

  /** Records the distribution of the finite values, if any; UncheckedIOException if that fails. */
  public void histogram(String tag, long step, float[] values) {
    EventHistogram histogram = EventHistogram.of(values);
    if (histogram.count() > 0) {
      byte[] encoded = message(histogram::writeTo);
      summary(tag, step, field -> field.writeByteArray(HISTOGRAM, encoded));
    }
  }

  private void summary(String tag, long step, Fields field) {
    byte[] value =
        message(
            fields -> {
              fields.writeString(TAG, tag);
              field.writeTo(fields);
            });
    byte[] summary = message(fields -> fields.writeByteArray(VALUE, value));
    event(step, event -> event.writeByteArray(SUMMARY, summary));
  }

  private void event(long step, Fields what) {
    double wallTimeSeconds = System.currentTimeMillis() / 1000.0;
    record(
        message(
            event -> {
              event.writeDouble(WALL_TIME, wallTimeSeconds);
              event.writeInt64(STEP, step);
              what.writeTo(event);
            }));
  }

  private void record(byte[] bytes) {
    byte[] length = littleEndian(Long.BYTES).putLong(bytes.length).array();
    try {
      out.write(length);
      out.write(littleEndian(Integer.BYTES).putInt(maskedCrc(length)).array());
      out.write(bytes);
      out.write(littleEndian(Integer.BYTES).putInt(maskedCrc(bytes)).array());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int maskedCrc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK_DELTA;
  }

  /** Passes all records to the operating system, so that readers see them. */
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private UncheckedIOException failed(IOException e) {
    return new UncheckedIOException("cannot write " + file, e);
  }

  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      fields.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode a message in memory", e);
    }
    return bytes.toByteArray();
  }

  /** This machine's name, without asking a name server, which takes seconds offline. */
  private static String hostName() {
    String name =
        fromKernel()
            .or(() -> Optional.ofNullable(System.getenv("COMPUTERNAME")))
            .or(() -> Optional.ofNullable(System.getenv("HOSTNAME")))
            .orElse("")
            .strip()
            .replaceAll("[^A-Za-z0-9_-]", "-");
    return name.isEmpty() ? "localhost" : name;
  }

  private static Optional<String> fromKernel() {
    try {
      return Files.isReadable(LINUX_NAME)
          ? Optional.of(Files.readString(LINUX_NAME))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
