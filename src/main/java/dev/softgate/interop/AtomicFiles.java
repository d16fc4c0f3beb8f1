package dev.softgate.interop;

import dev.softgate.BadInputException;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes files atomically. The bytes go to a hidden temporary file in the target's folder, are
 * forced to the disk, and get the target's name by an atomic rename, which is forced too. A reader
 * finds the old contents or the new ones, even after a kill or a power cut. A kill leaves the
 * temporary file, {@code .TARGET.RANDOM.tmp}, to {@link #deleteLeftovers}. An interrupt of the
 * thread does not disturb the writing.
 */
public final class AtomicFiles {

  private static final int BUFFER_BYTES = 1 << 18;

  /** A full disk still accepts an empty file. */
  private static final int BEGINNING_BYTES = 64;

  private static final int PROBE_BYTES = 1 << 12;

  private static final Pattern TEMPORARY = Pattern.compile("\\..+\\.[0-9a-f-]{36}\\.tmp");

  private AtomicFiles() {}

  /** The contents of a file. */
  @FunctionalInterface
  public interface WritesTo {
    /** Writes everything to {@code out}, which is buffered and need not be closed. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Replaces {@code target}; UncheckedIOException if that fails, the target unchanged. */
  public static void write(Path target, WritesTo body) {
    replace(target, temporary -> writeForced(temporary, body));
  }

  @FunctionalInterface
  private interface Creates {
    void create(Path temporary) throws IOException;
  }

  private static void replace(Path target, Creates body) {
    Path absolute = target.toAbsolutePath();
    Path folder = absolute.getParent();
    Path name = absolute.getFileName();
    if (folder == null || name == null) {
      throw new IllegalArgumentException(target + " is not a file's path");
    }
    Path temporary = folder.resolve("." + name + "." + UUID.randomUUID() + ".tmp");
    try {
      body.create(temporary);
      Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
      forceFolder(folder);
    } catch (IOException e) {
      deleteAfter(e, temporary);
      throw new UncheckedIOException("cannot write " + target, e);
    } catch (RuntimeException | Error e) {
      deleteAfter(e, temporary);
      throw e;
    }
  }

  /** The contents of a file, in any order. */
  @FunctionalInterface
  public interface WritesInto {
    /** Writes everything into an empty file, which need not be closed. */
    void writeInto(RandomAccessFile file) throws IOException;
  }

  /**
   * Replaces {@code target} like {@link #write}, by a file that takes long to compute and of which
   * some is known late. Temporary files of the target whose process was killed are deleted first.
   */
  public static void writeRandomly(Path target, WritesInto body) {
    Path absolute = target.toAbsolutePath();
    deleteAbandoned(absolute);
    replace(target, temporary -> writeLocked(temporary, body));
  }

  /** Replaces {@code target} with a text in UTF-8, like {@link #write}. */
  public static void writeString(Path target, String text) {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Deletes what killed processes left in a folder where nobody is writing; returns how many. */
  public static int deleteLeftovers(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> leftovers =
          files
              .filter(file -> TEMPORARY.matcher(String.valueOf(file.getFileName())).matches())
              .toList();
      for (Path leftover : leftovers) {
        Files.deleteIfExists(leftover);
      }
      return leftovers.size();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tidy up " + folder, e);
    }
  }

  /** Throws BadInputException, with the reason, unless {@link #write} could write the file. */
  public static void requireWritable(Path target) {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(target)) {
      throw new BadInputException(target + " is a folder; specify a file");
    }
    if (!Files.isDirectory(folder)) {
      throw new BadInputException(
          "cannot write %s: the folder %s does not exist; create it or choose another file"
              .formatted(target, folder));
    }
    requireWritable(folder, target);
  }

  /**
   * Throws BadInputException unless {@link #write} could write the file, and there is none yet or
   * an earlier output: an empty file, or one that begins like one.
   *
   * @param kind what the file is to be, such as {@code label file}
   * @param beginnings how such files begin, in lower case
   */
  public static void requireReplaceable(Path target, String kind, String... beginnings) {
    requireWritable(target);
    if (!Files.exists(target)) {
      return;
    }
    byte[] first;
    try (InputStream in = Files.newInputStream(target)) {
      first = in.readNBytes(BEGINNING_BYTES);
    } catch (IOException e) {
      throw new BadInputException(
          "cannot read %s: %s".formatted(OneLine.of(target), MachineTrouble.reason(e)), e);
    }
    String beginning = new String(first, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    if (first.length > 0 && Arrays.stream(beginnings).noneMatch(beginning::startsWith)) {
      throw new BadInputException(
          "%s exists and is no %s: it is not replaced; choose another file"
              .formatted(OneLine.of(target), kind));
    }
  }

  /** Throws BadInputException, with the reason, unless files could be written into a folder. */
  public static void requireWritableFolder(Path folder) {
    requireWritable(folder, folder);
  }

  private static void requireWritable(Path folder, Path target) {
    try {
      FileTime untouched = Files.getLastModifiedTime(folder);
      Path probe = Files.createTempFile(folder, ".softgate-", ".tmp");
      try {
        Files.write(probe, new byte[PROBE_BYTES]);
      } finally {
        Files.deleteIfExists(probe);
        Files.setLastModifiedTime(folder, untouched); // the probe leaves no trace
      }
    } catch (IOException e) {
      throw new BadInputException("cannot write " + target + ": " + MachineTrouble.reason(e), e);
    }
  }

  private static void writeForced(Path temporary, WritesTo body) throws IOException {
    // A stream, because an interrupt would close a channel.
    try (FileOutputStream file = new FileOutputStream(temporary.toFile())) {
      BufferedOutputStream buffered = new BufferedOutputStream(file, BUFFER_BYTES);
      body.writeTo(buffered);
      buffered.flush();
      file.getFD().sync();
    }
  }

  /** A lock tells other processes that this one lives, see {@link #deleteAbandoned}. */
  private static void writeLocked(Path temporary, WritesInto body) throws IOException {
    temporary.toFile().deleteOnExit(); // an interrupt by the user ends the process
    try (RandomAccessFile file = new RandomAccessFile(temporary.toFile(), "rw");
        FileLock lock = file.getChannel().tryLock()) {
      body.writeInto(file);
      file.getFD().sync();
    }
  }

  /** Deletes the target's temporary files that no process writes. */
  private static void deleteAbandoned(Path target) {
    String start = "." + target.getFileName() + ".";
    Path folder = target.getParent();
    if (folder == null) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.startsWith(start) && TEMPORARY.matcher(name).matches() && isAbandoned(file)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tidy up " + folder, e);
    }
  }

  private static boolean isAbandoned(Path file) {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw");
        FileLock lock = access.getChannel().tryLock()) {
      return lock != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false; // gone, or written by this process
    }
  }

  private static void deleteAfter(Throwable failure, Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Makes the rename durable; Windows offers no way to do so. */
  private static void forceFolder(Path folder) throws IOException {
    if (File.separatorChar != '/') {
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
          channel.force(true);
          return;
        } catch (ClosedByInterruptException e) {
          interrupted = true;
          Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
