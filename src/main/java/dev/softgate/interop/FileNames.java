package dev.softgate.interop;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which names of files the virtual machine can hold. With {@code LC_ALL=C}, it decodes names as
 * ASCII and replaces all other characters, so a name that was read cannot be opened.
 */
public final class FileNames {

  private static final char REPLACEMENT = '\uFFFD';

  /** The character set of names; null if it has all characters. */
  private static final @Nullable Charset LIMITED =
      limited(System.getProperty("sun.jnu.encoding", "UTF-8"));

  private FileNames() {}

  private static @Nullable Charset limited(String encoding) {
    try {
      Charset charset = Charset.forName(encoding);
      return charset.newEncoder().canEncode("\u00e9\u72ac") ? null : charset;
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return null; // nothing is known
    }
  }

  /**
   * Refuses the name of a file that this process cannot hold.
   *
   * @throws BadInputException if it has characters that the locale lacks
   */
  public static void require(String name) {
    if (LIMITED != null && !isWhole(name, LIMITED)) {
      throw new BadInputException(
          "%s: the locale (%s) lacks characters of this name; set LC_ALL=C.UTF-8 and repeat"
              .formatted(OneLine.of(name), LIMITED));
    }
  }

  /**
   * Refuses a command line with characters that were lost when it was decoded.
   *
   * @throws BadInputException if the locale lacks some, where the system tells
   */
  public static void requireArguments() {
    if (LIMITED == null) {
      return;
    }
    try {
      byte[] line = Files.readAllBytes(Path.of("/proc/self/cmdline"));
      if (new String(line, LIMITED).indexOf(REPLACEMENT) >= 0) {
        throw new BadInputException(
            "the locale (%s) lacks characters of the command line; set LC_ALL=C.UTF-8 and repeat"
                .formatted(LIMITED));
      }
    } catch (IOException e) {
      return; // another system than Linux
    }
  }

  private static boolean isWhole(String name, Charset charset) {
    return name.indexOf(REPLACEMENT) < 0 && charset.newEncoder().canEncode(name);
  }
}
