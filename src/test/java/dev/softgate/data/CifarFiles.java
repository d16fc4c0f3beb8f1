package dev.softgate.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Small CIFAR files made up for the tests, to be spoiled by them. */
final class CifarFiles {

  private CifarFiles() {}

  /** Every file of a set, by name, with {@code rows} rows in each; row r of file f is its own. */
  static Map<String, byte[]> of(CifarFormat format, int rows) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    int file = 0;
    for (String name : format.rowFiles()) {
      files.put(name, rows(format, rows, file++));
    }
    String names = String.join("\n", format.classNames()) + "\n\n";
    files.put(format.layout().classNamesFile(), names.getBytes(StandardCharsets.UTF_8));
    return files;
  }

  /** The bytes of one of the files, to be changed in place. */
  static byte[] file(Map<String, byte[]> files, String name) {
    return Objects.requireNonNull(files.get(name), name);
  }

  static byte[] rows(CifarFormat format, int rows, int file) {
    byte[] bytes = new byte[rows * format.rowBytes()];
    for (int row = 0; row < rows; row++) {
      int start = row * format.rowBytes();
      for (int i = 0; i < format.labelBounds().size(); i++) {
        bytes[start + i] = (byte) ((file * 3 + row * 7 + i) % format.labelBounds().get(i));
      }
      for (int i = format.labelBounds().size(); i < format.rowBytes(); i++) {
        bytes[start + i] = (byte) (file * 31 + row * 17 + i);
      }
    }
    return bytes;
  }

  static void writeFolder(Path folder, Map<String, byte[]> files) {
    try {
      Files.createDirectories(folder);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Files.write(folder.resolve(file.getKey()), file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A {@code .tar.gz} of the files, each in the folder the official archive puts it in. */
  static byte[] archive(CifarFormat format, Map<String, byte[]> files) {
    return tarGz(
        tar -> {
          for (Map.Entry<String, byte[]> file : files.entrySet()) {
            String name = format.layout().folder() + "/" + file.getKey();
            put(tar, new TarArchiveEntry(name), file.getValue());
          }
        });
  }

  /** What fills a tar. */
  @FunctionalInterface
  interface Filling {
    void fill(TarArchiveOutputStream tar) throws IOException;
  }

  static byte[] tarGz(Filling filling) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
      filling.fill(tar);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, byte[] content)
      throws IOException {
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
