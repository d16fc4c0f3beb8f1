package dev.softgate.report;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The address of a file on a page in a folder.
 *
 * @param href relative if page and file have a folder in common below the root, else {@code file:}
 * @param path the file's absolute path
 * @param shown whether browsers can show such an image, judging by its name
 */
record FileLink(String href, String path, boolean shown) {

  private static final String SHOWN = ".*\\.(png|jpe?g|jfif|gif|webp|bmp)";

  /** The address of a file for a page in {@code folder}, both absolute. */
  static FileLink of(Path file, Path folder) {
    boolean near =
        file.getRoot() != null
            && file.getRoot().equals(folder.getRoot())
            && folder.getNameCount() > 0
            && file.getName(0).equals(folder.getName(0));
    return new FileLink(
        near ? relative(folder.relativize(file)) : file.toUri().toASCIIString(),
        file.toString(),
        file.toString().toLowerCase(Locale.ROOT).matches(SHOWN));
  }

  /** A colon in the first name would end a scheme. */
  private static String relative(Path path) {
    String text = "./" + path.toString().replace(path.getFileSystem().getSeparator(), "/");
    try {
      return new URI(null, null, text, null).toASCIIString();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("no path of a file: " + path, e);
    }
  }
}
