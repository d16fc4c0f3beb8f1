package dev.softgate.interop;

import dev.softgate.BadInputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens files that a person named, and reads parts of them. They are read, not mapped: a mapped
 * file that another process truncates ends the JVM.
 */
public final class InputFiles {

  private static final int PIECE_BYTES = 1 << 20;

  private InputFiles() {}

  /**
   * Opens a file for reading.
   *
   * @param kind for the message, as in "a .safetensors file"
   * @throws BadInputException if there is none or it may not be read
   * @throws IOException if it cannot be opened all the same
   */
  public static RandomAccessFile open(Path file, String kind) throws IOException {
    if (!Files.exists(file)) {
      throw new BadInputException(file + ": no such file; check the path");
    }
    if (!Files.isRegularFile(file)) {
      throw new BadInputException(file + " is not a file; give the path of " + kind);
    }
    if (!Files.isReadable(file)) {
      throw new BadInputException(file + " cannot be read; check its permissions");
    }
    return new RandomAccessFile(file.toFile(), "r");
  }

  /**
   * The whole of a text file in UTF-8.
   *
   * @param kind for the message, as in "a CSV file"
   * @param mostBytes that such a file has
   * @throws BadInputException if there is none, it may not be read, or it is no such text
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
      throw new BadInputException(file + " is not text in UTF-8; give " + kind, e);
    } catch (IOException e) {
      throw new BadInputException(
          "%s cannot be read (%s); check its permissions".formatted(file, OneLine.of(e)), e);
    }
  }

  /**
   * Fills an array with the bytes from a position on.
   *
   * @throws EOFException if the file ends before
   */
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
