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
 * Unpacks the native libraries of all presets into JavaCPP's cache before any is loaded.
 *
 * <p>JavaCPP unpacks each library when it loads it, under a file lock. POSIX releases that lock as
 * soon as any thread of the process closes the file. If two processes start with an empty cache,
 * one can map a library that the other is still writing and die of SIGBUS (docs/decisions/0022).
 * Here one process unpacks everything while the others wait.
 */
final class NativeLibraries {

  /** The presets in use, named as their folders in the jars; CUDA's in a build for it. */
  private static final List<String> PRESETS =
      List.of("javacpp", "openblas", "opencl", "dnnl", "cuda", "pytorch");

  /** The ends of the folders' names: libtorch for graphics cards has its own. */
  private static final List<String> EXTENSIONS = List.of("", "-gpu");

  private static final String LIBRARY = ".*\\.(so(\\.\\d+)*|dylib|dll)";

  private static boolean unpacked;

  private NativeLibraries() {}

  /**
   * Unpacks libraries that are missing from the cache or incomplete. Takes no lock if there are
   * none.
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
          "cannot unpack the native libraries: %s; free 600 MB there, or choose another folder with -Dorg.bytedeco.javacpp.cachedir=DIR in SOFTGATE_JAVA_OPTS"
              .formatted(e.getMessage()));
    }
    unpacked = true;
  }

  private static List<URL> missing(Path cache) throws IOException {
    List<URL> missing = new ArrayList<>();
    for (String folder : folders()) {
      URL url = NativeLibraries.class.getClassLoader().getResource(folder);
      // Libraries outside a jar are loaded in place.
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

  /** Whether this program was built with libtorch for graphics cards. */
  static boolean areForCuda() {
    return NativeLibraries.class
            .getClassLoader()
            .getResource("org/bytedeco/pytorch/" + Loader.getPlatform() + "-gpu/")
        != null;
  }

  private static List<String> folders() {
    return PRESETS.stream()
        .flatMap(
            preset ->
                EXTENSIONS.stream()
                    .map(
                        end ->
                            "org/bytedeco/%s/%s%s/".formatted(preset, Loader.getPlatform(), end)))
        .toList();
  }

  /** JavaCPP's own criteria. It creates links to the same library of another preset. */
  private static boolean isWhole(Path file, JarEntry entry) throws IOException {
    return Files.isSymbolicLink(file)
        || (Files.isRegularFile(file)
            && Files.size(file) == entry.getSize()
            && Files.getLastModifiedTime(file).toMillis() == entry.getTime());
  }
}
