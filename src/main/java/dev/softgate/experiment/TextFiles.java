package dev.softgate.experiment;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the text files of a run. */
final class TextFiles {

  private TextFiles() {}

  /**
   * The whole file, which must be UTF-8.
   *
   * @throws BadInputException if there is no such file or it is not text
   */
  static String read(Path file) {
    if (Files.isDirectory(file)) {
      throw new BadInputException(file + " is a folder; give a file");
    }
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new BadInputException(file + ": no such file; check the path", e);
    } catch (CharacterCodingException e) {
      throw new BadInputException(file + " is not UTF-8 text; restore it or delete it", e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file + ": " + e, e);
    }
  }
}
