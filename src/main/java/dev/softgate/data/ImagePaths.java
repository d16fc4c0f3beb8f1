package dev.softgate.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds images of a set by the paths of their files, as tables name them: absolute, relative to the
 * set's folder, or relative to the table's folder. Links on the way to a file do not matter.
 */
final class ImagePaths {

  /**
   * An image of a set.
   *
   * @param test whether it is a test image, otherwise a train image
   * @param id its id there
   */
  record Place(boolean test, int id) {}

  private final Path folder;
  private final Map<Path, Place> absolute = new HashMap<>();
  private final Map<Path, Place> relative = new HashMap<>();
  private final Set<Path> folders = new LinkedHashSet<>();
  private @Nullable Map<Path, Place> real;

  /**
   * The files of a set.
   *
   * @param table the table that names them
   */
  ImagePaths(ImageSet train, ImageSet ofTest, Path table) {
    this.folder = table.toAbsolutePath().resolveSibling("");
    folders.add(folder);
    for (boolean test : new boolean[] {false, true}) {
      ImageSet images = test ? ofTest : train;
      for (int id = 0; id < images.count(); id++) {
        Path path = images.path(id);
        if (path != null) {
          Place place = new Place(test, id);
          Path below = Path.of(images.file(id)).normalize();
          absolute.put(path.normalize(), place);
          relative.put(below, place);
          if (path.endsWith(below)) {
            Path end = path.getRoot();
            int names = path.getNameCount() - below.getNameCount();
            folders.add(names == 0 ? end : end.resolve(path.subpath(0, names)));
          }
        }
      }
    }
  }

  /** Whether the set has no files. */
  boolean isEmpty() {
    return absolute.isEmpty();
  }

  /** The images that a cell may mean: one, none, or several of a relative path. */
  Set<Place> find(String cell) {
    Set<Place> found = places(cell);
    return found.isEmpty() && cell.indexOf('\\') >= 0 ? places(cell.replace('\\', '/')) : found;
  }

  private Set<Place> places(String cell) {
    Set<Place> found = new LinkedHashSet<>();
    Path path;
    try {
      path = Path.of(cell).normalize();
    } catch (InvalidPathException e) {
      return found;
    }
    Path inFolder = folder.resolve(path).normalize();
    add(found, path.isAbsolute() ? null : relative.get(path));
    add(found, absolute.get(inFolder));
    if (found.isEmpty() && Files.exists(inFolder)) {
      add(found, real().get(real(inFolder)));
    }
    return found;
  }

  /** Whether a cell names a file, of the set or not. */
  boolean isFile(String cell) {
    try {
      Path path = Path.of(cell.replace('\\', '/'));
      return !cell.isEmpty()
          && folders.stream().anyMatch(root -> Files.isRegularFile(root.resolve(path)));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static void add(Set<Place> found, @Nullable Place place) {
    if (place != null) {
      found.add(place);
    }
  }

  private Map<Path, Place> real() {
    Map<Path, Place> known = real;
    if (known == null) {
      known = new HashMap<>();
      for (Map.Entry<Path, Place> entry : absolute.entrySet()) {
        if (Files.exists(entry.getKey())) {
          known.put(real(entry.getKey()), entry.getValue());
        }
      }
      real = known;
    }
    return known;
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot follow " + file, e);
    }
  }
}
