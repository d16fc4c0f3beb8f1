package dev.softgate.data;

import dev.softgate.data.PixelSegment.Entry;
import dev.softgate.data.PixelSegment.Source;
import dev.softgate.data.decoding.ImageDecoder;
import dev.softgate.data.decoding.ImageDecoder.Size;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decoded images on the disk, for the next run on the same files. Each folder of images has a
 * folder here, with one folder for each size and way of resizing; in it lie {@link PixelSegment}s.
 *
 * <p>Segments are only added and removed, never changed, so processes need no lock: each adds its
 * own. What cannot be read, or has another checksum than when it was written, is decoded again. Any
 * file may be deleted at any time, as {@link CacheLimit} does. See docs/decisions/0041.
 */
final class PixelCache {

  private static final Logger LOG = LoggerFactory.getLogger(PixelCache.class);

  /** Changes whenever the decoder returns other pixels. */
  private static final String VERSION = "v1";

  private static final String PIXELS = "pixels";

  /** From this number of segments on, the next one replaces all. */
  private static final int MOST_SEGMENTS = 8;

  private final Path cache;
  private final Path folder;
  private final Size size;
  private final List<Path> paths = new ArrayList<>();
  private final List<PixelSegment> segments = new ArrayList<>();

  /** For each file, its last place: the segment's number, then the image's. */
  private final Map<String, int[]> places = new HashMap<>();

  private PixelCache(Path cache, Path folder, Size size) {
    this.cache = cache;
    this.folder = folder;
    this.size = size;
  }

  /** The folder that {@code --cache-dir} means; null for none. */
  static @Nullable Path folder(String cacheDir) {
    if (cacheDir.equals(Decoding.NONE)) {
      return null;
    }
    String base = System.getenv("XDG_CACHE_HOME"); // must be absolute, by its specification
    try {
      if (!cacheDir.equals(Decoding.AUTO)) {
        return Path.of(cacheDir).toAbsolutePath();
      }
      Path chosen = base == null || base.isEmpty() ? null : Path.of(base);
      return chosen != null && chosen.isAbsolute()
          ? chosen.resolve("softgate")
          : Path.of(System.getProperty("user.home")).resolve(".cache").resolve("softgate");
    } catch (InvalidPathException e) {
      LOG.warn("{} is no folder: decoded images are not kept", OneLine.of(e.getInput()));
      return null;
    }
  }

  private static Path ofRoot(Path cache, Path root) {
    String hash =
        Sha256.of(root.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8));
    return cache.resolve(PIXELS).resolve(hash.substring(0, 16));
  }

  /** The original sizes of all images below a folder that were decoded once. */
  static Map<Source, Size> originals(Path cache, Path root) {
    Map<Source, Size> sizes = new HashMap<>();
    for (Path folder : list(ofRoot(cache, root))) {
      for (Path segment : segments(folder)) {
        try {
          PixelSegment.entries(segment)
              .forEach(entry -> sizes.put(entry.source(), entry.original()));
        } catch (IOException e) {
          // told when its pixels are needed
        }
      }
    }
    return sizes;
  }

  /** Opens the images of H×W pixels from below a folder; empty where there are none yet. */
  static PixelCache open(Path cache, Path root, Size size, Resize resize) {
    String name = "%s-%s-%s".formatted(size, resize.text(), VERSION).replace('×', 'x');
    PixelCache opened =
        new PixelCache(cache.resolve(PIXELS), ofRoot(cache, root).resolve(name), size);
    for (Path path : segments(opened.folder)) {
      try {
        opened.add(path, PixelSegment.open(path, size));
        CacheLimit.touch(path);
      } catch (NoSuchFileException e) {
        LOG.debug("{} was deleted by another process", path);
      } catch (IOException e) {
        LOG.warn(
            "{} is damaged ({}): its images are decoded again", OneLine.of(path), OneLine.of(e));
        CacheLimit.delete(path);
      }
    }
    return opened;
  }

  private void add(Path path, PixelSegment segment) {
    for (int place = 0; place < segment.entries().size(); place++) {
      places.put(segment.entries().get(place).source().file(), new int[] {segments.size(), place});
    }
    paths.add(path);
    segments.add(segment);
  }

  /** The segments of a folder, the oldest first. */
  private static List<Path> segments(Path folder) {
    return list(folder).stream()
        .filter(path -> path.toString().endsWith(PixelSegment.ENDING))
        .toList();
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      return List.of(); // said when something is to be written there
    }
  }

  /** The sets of images that {@link #find} refers to. */
  List<ImageSet> sets() {
    return segments.stream().map(PixelSegment::images).toList();
  }

  /** Where an image lies: the number of the set, then its id there; null if it must be decoded. */
  int @Nullable [] find(Source source) {
    int[] place = places.get(source.file());
    if (place == null) {
      return null;
    }
    PixelSegment segment = segments.get(place[0]);
    Entry entry = segment.entries().get(place[1]);
    return entry.source().equals(source) && isWhole(segment.images(), place[1], entry)
        ? place
        : null;
  }

  private boolean isWhole(ImageSet images, int id, Entry entry) {
    int length = ImageDecoder.CHANNELS * size.height() * size.width();
    boolean[] whole = new boolean[1];
    images.read(
        id,
        (pixels, from) -> whole[0] = PixelSegment.checksum(pixels, from, length) == entry.crc32c());
    return whole[0];
  }

  /** Begins a new segment; IOException if there cannot be one. */
  PixelSegment.Writer writer() throws IOException {
    Files.createDirectories(folder);
    for (Path path : list(folder)) {
      if (String.valueOf(path.getFileName()).startsWith(PixelSegment.UNFINISHED)
          && CacheLimit.isAbandoned(Files.getLastModifiedTime(path))) {
        CacheLimit.delete(path);
      }
    }
    return new PixelSegment.Writer(folder, size);
  }

  /**
   * Completes a segment. If there are many, it takes over what the others hold and replaces them.
   *
   * @param writer holds the new images; still to be closed
   */
  void finish(PixelSegment.Writer writer, Path root) throws IOException {
    boolean merge = segments.size() >= MOST_SEGMENTS;
    if (merge) {
      Set<String> added = writer.files();
      for (int[] place : places.values()) {
        PixelSegment segment = segments.get(place[0]);
        Entry entry = segment.entries().get(place[1]);
        Source known = entry.source();
        if (!added.contains(known.file())
            && isCurrent(known, root)
            && isWhole(segment.images(), place[1], entry)) {
          writer.add(known, entry.original(), segment.images().pixels(place[1]));
        }
      }
    }
    writer.finish(
        folder.resolve(
            "%016d-%s%s"
                .formatted(System.currentTimeMillis(), UUID.randomUUID(), PixelSegment.ENDING)));
    if (merge) {
      paths.forEach(CacheLimit::delete);
    }
    CacheLimit.enforce(cache, folder, CacheLimit.BYTES);
  }

  private static boolean isCurrent(Source known, Path root) {
    try {
      return known.equals(Source.of(known.file(), root.resolve(known.file())));
    } catch (IOException e) {
      return false;
    }
  }
}
