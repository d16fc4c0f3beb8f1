package dev.softgate.torch;

import dev.softgate.BadInputException;
import dev.softgate.interop.ProcessLock;
import java.io.File;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import org.bytedeco.javacpp.Loader;

/**
 * Unpacks the native libraries of all presets into JavaCPP's cache before one of them is loaded.
 *
 * <p>JavaCPP unpacks each when it loads it, under a lock on a file. Another thread of the process
 * that closes this file gives the lock up (POSIX), so of two processes that use an empty cache at
 * once, one can map a library that the other is still writing, and its virtual machine dies of
 * SIGBUS (docs/decisions/0022). Here one process unpacks everything, and the others wait.
 */
final class NativeLibraries {

  /** The presets in use, as their folders in the jars. */
  private static final List<String> PRESETS =
      List.of("javacpp", "openblas", "opencl", "dnnl", "pytorch");

  private static final String LIBRARY = ".*\\.(so(\\.\\d+)*|dylib|dll)";

  private static boolean unpacked;

  private NativeLibraries() {}

  /**
   * Unpacks what the cache lacks, or has in part; takes no lock where it has all.
   *
   * @throws BadInputException if the cache cannot be written
   */
  static synchronized void unpack() {
    if (unpacked) {
      return;
    }
    try {
      Path cache = Loader.getCacheDir().toPath();
      List<URL> missing = missing(cache);
      if (!missing.isEmpty()) {
        try (ProcessLock lock = ProcessLock.take(cache.resolve("softgate.lock"))) {
          for (URL library : missing(cache)) {
            Loader.cacheResource(library);
          }
        }
      }
    } catch (IOException e) {
      throw new BadInputException(
          "cannot unpack the native libraries: %s; free 600 MB there, or name another folder with -Dorg.bytedeco.javacpp.cachedir=DIR in SOFTGATE_JAVA_OPTS"
              .formatted(e.getMessage()));
    }
    unpacked = true;
  }

  private static List<URL> missing(Path cache) throws IOException {
    List<URL> missing = new ArrayList<>();
    for (String preset : PRESETS) {
      String folder = "org/bytedeco/" + preset + "/" + Loader.getPlatform() + "/";
      URL url = NativeLibraries.class.getClassLoader().getResource(folder);
      // Libraries outside a jar are loaded from where they are.
      if (url != null && url.openConnection() instanceof JarURLConnection jar) {
        Path cached = cache.resolve(new File(jar.getJarFile().getName()).getName());
        for (JarEntry entry : jar.getJarFile().stream().toList()) {
          String name = entry.getName();
          if (name.startsWith(folder)
              && name.matches(LIBRARY)
              && !isWhole(cached.resolve(name), entry)) {
            missing.add(new URL(url, name.substring(folder.length())));
          }
        }
      }
    }
    return missing;
  }

  /** By what JavaCPP goes too; a link is its own, to the like library of another preset. */
  private static boolean isWhole(Path file, JarEntry entry) throws IOException {
    return Files.isSymbolicLink(file)
        || (Files.isRegularFile(file)
            && Files.size(file) == entry.getSize()
            && Files.getLastModifiedTime(file).toMillis() == entry.getTime());
  }
}
