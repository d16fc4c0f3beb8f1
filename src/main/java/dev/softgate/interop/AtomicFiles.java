package dev.softgate.interop;

import dev.softgate.BadInputException;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes files that are always whole. The bytes go to a hidden temporary file in the target's
 * folder, are forced to the disk, and take the target's name by an atomic rename, which is forced
 * too: whoever reads the target, after a kill or a power cut at any moment, finds the old contents
 * or the new. A failure deletes the temporary file. A kill leaves it behind: its name ({@code
 * .TARGET.RANDOM.tmp}) keeps it out of everything that looks for finished files, and {@link
 * #deleteLeftovers} clears it away.
 *
 * <p>A thread's interrupt does not disturb the writing, so that a training told to stop can still
 * save its checkpoint.
 */
public final class AtomicFiles {

  private static final int BUFFER_BYTES = 1 << 18;

  /** A full disk still takes an empty file. */
  private static final int PROBE_BYTES = 1 << 12;

  private static final Pattern TEMPORARY = Pattern.compile("\\..+\\.[0-9a-f-]{36}\\.tmp");

  private AtomicFiles() {}

  /** What goes into a file. */
  @FunctionalInterface
  public interface WritesTo {
    /** Writes everything to {@code out}, which is buffered and need not be closed. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Puts what {@code body} writes in the place of {@code target}.
   *
   * @throws UncheckedIOException if that fails; the target is then as before
   */
  public static void write(Path target, WritesTo body) {
    Path absolute = target.toAbsolutePath();
    Path folder = absolute.getParent();
    Path name = absolute.getFileName();
    if (folder == null || name == null) {
      throw new IllegalArgumentException(target + " is not a file's path");
    }
    Path temporary = folder.resolve("." + name + "." + UUID.randomUUID() + ".tmp");
    try {
      writeForced(temporary, body);
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

  /**
   * Puts a text, in UTF-8, in the place of {@code target}.
   *
   * @throws UncheckedIOException if that fails; the target is then as before
   */
  public static void writeString(Path target, String text) {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Deletes the temporary files that killed processes left in a folder. Nobody may be writing there
   * meanwhile.
   *
   * @return how many there were
   * @throws UncheckedIOException if one cannot be deleted or the folder cannot be listed
   */
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

  /**
   * Finds out whether {@link #write} could put a file there, before anything is computed for it.
   *
   * @throws BadInputException if not, with the reason
   */
  public static void requireWritable(Path target) {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(target)) {
      throw new BadInputException(target + " is a folder; give a file");
    }
    if (!Files.isDirectory(folder)) {
      throw new BadInputException(
          "cannot write %s: there is no folder %s; make it, or give a file elsewhere"
              .formatted(target, folder));
    }
    requireWritable(folder, target);
  }

  /**
   * Finds out whether files could be put into a folder, before anything is computed for them.
   *
   * @throws BadInputException if not, with the reason
   */
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
        Files.setLastModifiedTime(folder, untouched); // who looks next sees no change
      }
    } catch (IOException e) {
      throw new BadInputException("cannot write " + target + ": " + MachineTrouble.reason(e), e);
    }
  }

  private static void writeForced(Path temporary, WritesTo body) throws IOException {
    // A stream, not a channel: an interrupt would close a channel under the writer.
    try (FileOutputStream file = new FileOutputStream(temporary.toFile())) {
      BufferedOutputStream buffered = new BufferedOutputStream(file, BUFFER_BYTES);
      body.writeTo(buffered);
      buffered.flush();
      file.getFD().sync();
    }
  }

  private static void deleteAfter(Throwable failure, Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Makes the rename itself durable; Windows has no way to ask for it. */
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
