package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.data.PixelSegment.Source;
import dev.softgate.data.decoding.ImageDecoder;
import dev.softgate.data.decoding.ImageDecoder.Size;
import dev.softgate.interop.OneLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The size that the images of a set get.
 *
 * @param chosen H and W, in pixels
 * @param bad files whose size cannot be read, and why
 */
record ImageSizes(Size chosen, Map<Path, BadInputException> bad) {

  private static final Logger LOG = LoggerFactory.getLogger(ImageSizes.class);

  private static final Size SMALL = new Size(32, 32);
  private static final Size LARGE = new Size(64, 64);

  /** The least median of the shorter sides for {@link #LARGE}. */
  private static final int LARGE_FROM = 48;

  /**
   * Chooses the size as {@link Decoding#imageSize} asks; reads the headers of the files if it takes
   * them to know.
   *
   * @throws BadInputException if the images must have one size and do not
   */
  static ImageSizes choose(
      ImageListing listing, List<Path> files, Decoding decoding, DownloadListener listener) {
    Size required = decoding.size();
    if (required != null) {
      return new ImageSizes(required, Map.of());
    }
    Map<Path, BadInputException> bad = new LinkedHashMap<>();
    Map<Path, Size> sizes = sizes(listing, files, decoding, listener, bad);
    if (sizes.isEmpty()) {
      return new ImageSizes(SMALL, bad);
    }
    Map.Entry<Path, Size> first = sizes.entrySet().iterator().next();
    Size own = first.getValue();
    if (decoding.imageSize().equals(Decoding.OWN)) {
      sizes.forEach(
          (file, size) -> {
            if (!size.equals(own)) {
              throw new BadInputException(
                  "%s is %s pixels and %s is %s: make all images one size, or give one with {image-size}"
                      .formatted(
                          OneLine.of(file), size, OneLine.of(first.getKey().getFileName()), own));
            }
          });
      return new ImageSizes(own, bad);
    }
    boolean one = sizes.values().stream().allMatch(own::equals);
    if (one && Math.max(own.height(), own.width()) <= LARGE.height()) {
      return new ImageSizes(own, bad);
    }
    int[] shorter =
        sizes.values().stream()
            .mapToInt(size -> Math.min(size.height(), size.width()))
            .sorted()
            .toArray();
    int median = shorter[shorter.length / 2];
    Size chosen = median < LARGE_FROM ? SMALL : LARGE;
    LOG.info(
        "images become {} pixels ({}): the median of their shorter sides is {}; --image-size"
            + " chooses another size",
        chosen,
        decoding.resize().text(),
        median);
    return new ImageSizes(chosen, bad);
  }

  private static Map<Path, Size> sizes(
      ImageListing listing,
      List<Path> files,
      Decoding decoding,
      DownloadListener listener,
      Map<Path, BadInputException> bad) {
    Path cache = PixelCache.folder(decoding.cacheDir());
    Map<Source, Size> known =
        cache == null ? Map.of() : PixelCache.originals(cache, listing.root());
    Map<Path, Size> sizes = new LinkedHashMap<>();
    List<Path> unknown = new ArrayList<>();
    for (Path file : files) {
      Size size = known.isEmpty() ? null : known(known, listing.file(file), file);
      if (size == null) {
        unknown.add(file);
      } else {
        sizes.put(file, size);
      }
    }
    new ParallelWork(decoding.threads(), listener)
        .<Path, Size>forEach(
            "reading sizes",
            unknown,
            ImageDecoder::size,
            (file, outcome) -> {
              if (outcome.value() == null) {
                bad.put(file, outcome.failure());
              } else {
                sizes.put(file, outcome.value());
              }
            });
    return sizes;
  }

  private static @Nullable Size known(Map<Source, Size> known, String name, Path file) {
    try {
      return known.get(Source.of(name, file));
    } catch (IOException e) {
      return null;
    }
  }
}
