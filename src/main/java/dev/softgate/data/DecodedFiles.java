package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.data.PixelSegment.Source;
import dev.softgate.data.decoding.ImageDecoder;
import dev.softgate.data.decoding.ImageDecoder.Size;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Image files at one size, from the {@link PixelCache} or decoded. */
final class DecodedFiles {

  private static final Logger LOG = LoggerFactory.getLogger(DecodedFiles.class);

  /** The most odd files that are named. */
  private static final int MAX_REMARKS = 10;

  private final ImageListing listing;
  private final Decoding decoding;
  private final Size size;
  private final ParallelWork parallel;
  private final @Nullable PixelCache cache;
  private final List<ImageSet> sets = new ArrayList<>();
  private final Map<Path, int[]> places = new HashMap<>();
  private final Map<Path, BadInputException> bad = new LinkedHashMap<>();

  /** Prepares for images of a size; the cache is opened if there is to be one. */
  DecodedFiles(ImageListing listing, Decoding decoding, Size size, DownloadListener listener) {
    this.listing = listing;
    this.decoding = decoding;
    this.size = size;
    this.parallel = new ParallelWork(decoding.threads(), listener);
    Path folder = PixelCache.folder(decoding.cacheDir());
    this.cache =
        folder == null ? null : PixelCache.open(folder, listing.root(), size, decoding.resize());
    if (cache != null) {
      sets.addAll(cache.sets());
    }
  }

  /** The files that cannot be read so far, and why. */
  Map<Path, BadInputException> bad() {
    return bad;
  }

  /** An image on its way to the store. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Resized(Size original, byte[] planes, @Nullable String remark) {}

  /** Gets the pixels of files; what cannot be read joins {@link #bad}. */
  void read(List<Path> files) {
    Map<Path, Source> sources = new HashMap<>();
    List<Path> missing = new ArrayList<>();
    int found = 0;
    for (Path file : files) {
      if (places.containsKey(file) || bad.containsKey(file) || sources.containsKey(file)) {
        continue;
      }
      Source source = source(file);
      int[] place = cache == null ? null : cache.find(source);
      if (place == null) {
        sources.put(file, source);
        missing.add(file);
      } else {
        places.put(file, place);
        found++;
      }
    }
    if (!missing.isEmpty()) {
      decode(missing, sources, found);
    }
  }

  private Source source(Path file) {
    try {
      return Source.of(listing.file(file), file);
    } catch (IOException e) {
      return new Source(listing.file(file), -1, -1); // decoding it says what is wrong
    }
  }

  private void decode(List<Path> files, Map<Path, Source> sources, int found) {
    long start = System.nanoTime();
    int before = places.size();
    try (PixelSink sink = new PixelSink(cache, files.size(), size, listing.root())) {
      int[] remarks = new int[1];
      parallel.<Path, Resized>forEach(
          "decoding",
          files,
          this::resized,
          (file, outcome) -> {
            Resized image = outcome.value();
            if (image == null) {
              bad.put(file, outcome.failure());
              return;
            }
            if (image.remark != null && ++remarks[0] <= MAX_REMARKS) {
              LOG.warn(image.remark);
            }
            sink.add(Objects.requireNonNull(sources.get(file)), image.original, image.planes);
            places.put(file, new int[] {sets.size(), places.size() - before});
          });
      if (remarks[0] > MAX_REMARKS) {
        LOG.warn("{} more files are read, although they are odd", remarks[0] - MAX_REMARKS);
      }
      sets.add(sink.images());
    }
    int decoded = places.size() - before;
    if (decoded > 0) {
      LOG.info(
          "decoded {} images of {} pixels in {} s{}",
          decoded,
          size,
          "%.1f".formatted((System.nanoTime() - start) / 1e9),
          found == 0 ? "" : ", %,d more came from the cache".formatted(found));
    }
  }

  private Resized resized(Path file) {
    return ImageDecoder.decode(
        file,
        (decoded, bytes) ->
            new Resized(
                decoded.size(),
                decoding.resize().apply(decoded.planes(), decoded.size(), size),
                decoded.remark()));
  }

  /** The pixels of files that were read, in this order; all labels are 0. */
  ImageSet images(List<Path> files) {
    int[] source = new int[files.size()];
    int[] place = new int[files.size()];
    for (int i = 0; i < source.length; i++) {
      int[] at = Objects.requireNonNull(places.get(files.get(i)));
      source[i] = at[0];
      place[i] = at[1];
    }
    return new GatheredImages(
        sets, source, place, ImageDecoder.CHANNELS, size.height(), size.width());
  }
}
