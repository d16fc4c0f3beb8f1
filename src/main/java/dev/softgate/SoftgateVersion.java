package dev.softgate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this build, as shown in runs, checkpoints and {@code --version}. */
public final class SoftgateVersion {

  private static final String RESOURCE = "/softgate-version.properties";

  private SoftgateVersion() {}

  /** The version that Maven built, such as {@code 0.1.0}. */
  public static String current() {
    return Holder.VERSION;
  }

  private static final class Holder {
    static final String VERSION = read();
  }

  private static String read() {
    Properties properties = new Properties();
    try (InputStream resource = SoftgateVersion.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the class path");
      }
      properties.load(resource);
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " cannot be read", e);
    }
    String version = properties.getProperty("version", "");
    if (version.isBlank() || version.contains("${")) {
      throw new IllegalStateException(RESOURCE + " holds no version; build with Maven");
    }
    return version;
  }
}
