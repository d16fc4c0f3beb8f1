package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.function.Function;

/**
 * A download that leaves either the complete, accepted file or nothing: the file is written under
 * another name, checked, read, and only then renamed.
 */
record Download(DownloadSource source, Path target, long maxBytes) {

  /** The limit for archives; the official ones have 170 MB. */
  static final long MAX_ARCHIVE_BYTES = 400_000_000L;

  /** Downloads the file; {@code use} reads it before it gets its name, and may reject it. */
  <T> T fetch(DownloadListener listener, Function<Path, T> use) {
    Path part =
        target.resolveSibling(
            ".%s.%d-%d.part"
                .formatted(target.getFileName(), ProcessHandle.current().pid(), System.nanoTime()));
    part.toFile().deleteOnExit(); // for Ctrl-C; otherwise this method deletes it
    try {
      Files.createDirectories(target.toAbsolutePath().getParent());
      checkHash(receive(part, listener));
      T result = accept(part, use);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      return result;
    } catch (IOException e) {
      throw new BadInputException(
          "%s has no data, and the download from %s failed (%s): give the data's folder with"
                  .formatted(shownFolder(), OneLine.of(source.uri()), OneLine.of(e))
              + " {data-dir}, put %s there by hand, or name another source with {data-url}"
                  .formatted(fileName()),
          e);
    } finally {
      deleteQuietly(part);
    }
  }

  private String receive(Path part, DownloadListener listener) throws IOException {
    MessageDigest digest = Sha256.newDigest();
    try (OpenedUri opened = OpenedUri.open(source.uri());
        FileChannel channel =
            FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      requireWithinLimit(opened.totalBytes());
      listener.started(source.uri(), opened.totalBytes());
      try {
        long received = copy(opened.content(), Channels.newOutputStream(channel), digest, listener);
        if (opened.totalBytes() >= 0 && received != opened.totalBytes()) {
          throw new IOException(
              "it ended after %,d of %,d bytes".formatted(received, opened.totalBytes()));
        }
      } finally {
        listener.finished();
      }
      channel.force(true);
    }
    return Sha256.hex(digest);
  }

  private long copy(
      InputStream in, OutputStream out, MessageDigest digest, DownloadListener listener)
      throws IOException {
    byte[] buffer = new byte[1 << 16];
    long received = 0;
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      received += read;
      requireWithinLimit(received);
      out.write(buffer, 0, read);
      digest.update(buffer, 0, read);
      listener.advanced(read);
    }
    return received;
  }

  private void requireWithinLimit(long bytes) {
    if (bytes > maxBytes) {
      throw new BadInputException(
          "%s has more than %,d bytes and is discarded: it is not the archive of a CIFAR set"
              .formatted(OneLine.of(source.uri()), maxBytes));
    }
  }

  private void checkHash(String sha256) {
    if (source.sha256() != null && !source.sha256().equals(sha256)) {
      throw new BadInputException(
          "%s has SHA-256 %s, not %s, and is discarded: put the right %s into %s by hand, or name"
                  .formatted(
                      OneLine.of(source.uri()), sha256, source.sha256(), fileName(), shownFolder())
              + " another source with {data-url}");
    }
  }

  private <T> T accept(Path part, Function<Path, T> use) {
    try {
      return use.apply(part);
    } catch (BadInputException e) {
      throw new BadInputException("the download is discarded: " + e.getMessage(), e);
    }
  }

  private String fileName() {
    return OneLine.of(target.getFileName());
  }

  private String shownFolder() {
    Path folder = target.getParent();
    return folder == null ? "." : OneLine.of(folder);
  }

  private static void deleteQuietly(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      // Tried again when the program ends; an earlier failure matters more.
    }
  }
}
