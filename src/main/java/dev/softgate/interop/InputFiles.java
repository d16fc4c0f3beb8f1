package dev.softgate.interop;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens files named by the user and reads parts of them. Files are read, not mapped: if another
 * process truncates a mapped file, the JVM crashes.
 */
public final class InputFiles {

  private static final int PIECE_BYTES = 1 << 20;

  private InputFiles() {}

  /**
   * Opens a file for reading; {@code kind} names its kind, such as "a .safetensors file".
   *
   * @throws BadInputException if the file does not exist or may not be read
   */
  public static RandomAccessFile open(Path file, String kind) throws IOException {
    if (!Files.exists(file)) {
      throw new BadInputException(file + ": no such file; check the path");
    }
    if (!Files.isRegularFile(file)) {
      throw new BadInputException(file + " is not a file; specify the path of " + kind);
    }
    if (!Files.isReadable(file)) {
      throw new BadInputException(file + " cannot be read; check its permissions");
    }
    return new RandomAccessFile(file.toFile(), "r");
  }

  /**
   * Reads a whole text file in UTF-8 of at most {@code mostBytes}.
   *
   * @throws BadInputException if the file does not exist, may not be read, or is not such a text
   */
  public static String text(Path file, String kind, int mostBytes) {
    try (RandomAccessFile opened = open(file, kind)) {
      if (opened.length() > mostBytes) {
        throw new BadInputException(
            "%s has %d bytes, too many for %s".formatted(file, opened.length(), kind));
      }
      byte[] bytes = new byte[(int) opened.length()];
      read(opened, 0, bytes);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new BadInputException(file + " is not text in UTF-8; specify " + kind, e);
    } catch (IOException e) {
      throw new BadInputException(
          "%s cannot be read (%s); check its permissions".formatted(file, OneLine.of(e)), e);
    }
  }

  /** Fills an array from a position on; EOFException if the file ends too soon. */
  public static void read(RandomAccessFile file, long position, byte[] into) throws IOException {
    file.seek(position);
    // In pieces: RandomAccessFile copies through a native buffer as large as the request.
    int done = 0;
    while (done < into.length) {
      int length = Math.min(PIECE_BYTES, into.length - done);
      file.readFully(into, done, length);
      done += length;
    }
  }
}
