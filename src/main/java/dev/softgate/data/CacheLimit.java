package dev.softgate.data;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link PixelCache} below a size: the segments that were opened longest ago are deleted.
 * A segment's time of modification is when it was opened last. Processes that have it mapped keep
 * its pixels; others decode them again.
 */
final class CacheLimit {

  /** The most bytes that the cache may have, besides those of the set in use. */
  static final long BYTES = 20_000_000_000L;

  /** A file that is being written is older than this only if its process was killed. */
  static final Duration ABANDONED = Duration.ofDays(1);

  private static final Logger LOG = LoggerFactory.getLogger(CacheLimit.class);

  private CacheLimit() {}

  private record Segment(Path path, long bytes, FileTime opened) {}

  /** Marks a segment as in use now. */
  static void touch(Path segment) {
    try {
      Files.setLastModifiedTime(segment, FileTime.from(Instant.now()));
    } catch (IOException e) {
      LOG.debug("{} keeps its time: {}", segment, e.toString()); // a cache that is only read
    }
  }

  /**
   * Deletes segments until the rest has at most {@code most} bytes, and what killed processes left.
   *
   * @param cache the cache's folder
   * @param inUse the folder of the set in use, whose segments stay
   */
  static void enforce(Path cache, Path inUse, long most) {
    List<Segment> segments = new ArrayList<>();
    try {
      Files.walkFileTree(cache, new Visitor(segments));
    } catch (IOException e) {
      LOG.debug("{} cannot be listed: {}", cache, e.toString());
      return;
    }
    long bytes = segments.stream().mapToLong(Segment::bytes).sum();
    segments.sort(Comparator.comparing(Segment::opened).thenComparing(Segment::path));
    for (Segment segment : segments) {
      if (bytes <= most) {
        return;
      }
      if (!segment.path.startsWith(inUse) && delete(segment.path)) {
        bytes -= segment.bytes;
      }
    }
  }

  /** Deletes a file or an empty folder; whether it is gone. */
  static boolean delete(Path path) {
    try {
      Files.deleteIfExists(path);
      return true;
    } catch (IOException e) {
      LOG.debug("{} stays: {}", path, e.toString());
      return false;
    }
  }

  static boolean isAbandoned(FileTime time) {
    return time.toInstant().isBefore(Instant.now().minus(ABANDONED));
  }

  /** Collects segments; other processes may delete files meanwhile. */
  private static final class Visitor extends SimpleFileVisitor<Path> {
    private final List<Segment> segments;

    Visitor(List<Segment> segments) {
      this.segments = segments;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String name = String.valueOf(file.getFileName());
      if (name.endsWith(PixelSegment.ENDING)) {
        segments.add(new Segment(file, attributes.size(), attributes.lastModifiedTime()));
      } else if (name.startsWith(PixelSegment.UNFINISHED)
          && isAbandoned(attributes.lastModifiedTime())) {
        delete(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
      return FileVisitResult.CONTINUE;
    }
  }
}
