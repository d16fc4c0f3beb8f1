package dev.softgate.run;

import dev.softgate.interop.InputFiles;
import java.nio.file.Path;

/** Reads the text files of a run. */
public final class TextFiles {

  private static final int MOST_BYTES = 1 << 26;

  private TextFiles() {}

  /**
   * The whole file, which must be UTF-8.
   *
   * @throws dev.softgate.BadInputException if there is no such file or it is not text
   */
  public static String read(Path file) {
    return InputFiles.text(file, "a text file", MOST_BYTES);
  }
}
