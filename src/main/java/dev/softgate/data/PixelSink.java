package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.data.PixelSegment.Source;
import dev.softgate.data.decoding.ImageDecoder;
import dev.softgate.data.decoding.ImageDecoder.Size;
import dev.softgate.interop.MachineTrouble;
import dev.softgate.interop.OneLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes decoded images to a new segment of the cache. If that fails, for example because the disk
 * is full, the other images go where images go without a cache.
 */
final class PixelSink implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PixelSink.class);

  private final @Nullable PixelCache cache;
  private final int capacity;
  private final Size size;
  private final Path root;
  private final PixelSegment.@Nullable Writer writer;
  private @Nullable ImageStore store;
  private int cached;
  private int stored;

  /**
   * Prepares for images.
   *
   * @param cache null for none
   * @param capacity the most images that will come
   * @param root the folder of the image files
   */
  PixelSink(@Nullable PixelCache cache, int capacity, Size size, Path root) {
    this.cache = cache;
    this.capacity = capacity;
    this.size = size;
    this.root = root;
    PixelSegment.Writer opened = null;
    try {
      opened = cache == null ? null : cache.writer();
    } catch (IOException e) {
      warn(e);
    }
    this.writer = opened;
  }

  private static void warn(IOException failure) {
    LOG.warn(
        "decoded images cannot be kept ({}): the next start decodes them again; choose another"
            + " folder with --cache-dir, or none",
        OneLine.of(MachineTrouble.reason(failure)));
  }

  /** Takes an image: uint8, C×H×W with C = 3. BadInputException if there is no room for it. */
  void add(Source source, Size original, byte[] planes) {
    if (writer != null && store == null) {
      try {
        writer.add(source, original, planes);
        cached++;
        return;
      } catch (IOException e) {
        warn(e);
      }
    }
    if (store == null) {
      int left = capacity - cached;
      store = new ImageStore(left, left, size.height(), size.width());
    }
    store.add(planes);
    stored++;
  }

  /** All images taken, in their order, usable after closing; completes the segment. */
  ImageSet images() {
    try {
      ImageSet rest = store == null ? null : store.images();
      if (writer == null) {
        return rest == null ? gathered(List.of()) : rest;
      }
      ImageSet segment = writer.images();
      if (rest != null) {
        return gathered(List.of(segment, rest));
      }
      complete();
      return segment;
    } catch (IOException e) {
      throw new BadInputException(
          "decoded images cannot be mapped (%s): choose another folder with {cache-dir}, or none"
              .formatted(MachineTrouble.reason(e)),
          e);
    }
  }

  private ImageSet gathered(List<ImageSet> sets) {
    int count = sets.isEmpty() ? 0 : cached + stored;
    return new GatheredImages(
        sets,
        IntStream.range(0, count).map(id -> id < cached ? 0 : 1).toArray(),
        IntStream.range(0, count).map(id -> id < cached ? id : id - cached).toArray(),
        ImageDecoder.CHANNELS,
        size.height(),
        size.width());
  }

  private void complete() {
    if (cache != null && writer != null && cached > 0) {
      try {
        cache.finish(writer, root);
      } catch (IOException e) {
        warn(e);
      }
    }
  }

  @Override
  public void close() {
    try (ImageStore closed = store) {
      if (writer != null) {
        writer.close();
      }
    } catch (IOException e) {
      LOG.debug("an unfinished file stays in the cache", e);
    }
  }
}
