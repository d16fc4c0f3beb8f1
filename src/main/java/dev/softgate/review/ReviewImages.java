package dev.softgate.review;

import dev.softgate.BadInputException;
import dev.softgate.data.ImageFiles;
import dev.softgate.data.ImageSet;
import dev.softgate.data.decoding.ImageDecoder;
import dev.softgate.data.decoding.Resampling;
import dev.softgate.study.Suspect;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.jspecify.annotations.Nullable;

/**
 * The images that the page may show: the suspects and their neighbors, each with a number. The page
 * knows only numbers, so no request can name another file.
 *
 * <p>Every image is decoded and encoded again, so that a browser shows all formats alike: upright,
 * in RGB, as PNG if it is small and as JPEG otherwise.
 */
final class ReviewImages {

  /** The most images of one class that are shown beside a suspect. */
  static final int MOST_NEIGHBORS = 4;

  /** Decoding a 50-megapixel photo takes about 300 MB. */
  private static final int MOST_AT_ONCE = 2;

  private static final int MOST_PNG_PIXELS = 256 * 256;
  private static final float JPEG_QUALITY = 0.92f;

  private final @Nullable ImageSet set;
  private final Neighbors neighbors;
  private final List<Suspect> suspects;
  private final List<ReviewedImage> images = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, List<Integer>> examples = new HashMap<>();
  private final Semaphore decoding = new Semaphore(MOST_AT_ONCE);

  /** An encoded image. */
  @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
  record Encoded(String type, byte[] bytes) {}

  ReviewImages(ReviewedList list, Neighbors neighbors) {
    this.set = list.images();
    this.suspects = list.suspects();
    this.neighbors = neighbors;
    for (Suspect suspect : suspects) {
      number(new ReviewedImage(suspect.file(), suspect.id()));
    }
    for (boolean flagged : new boolean[] {false, true}) {
      for (int at = suspects.size() - 1; at >= 0; at--) {
        Suspect suspect = suspects.get(at);
        List<Integer> same = examples.computeIfAbsent(suspect.given(), k -> new ArrayList<>());
        if (suspect.flagged() == flagged && same.size() <= MOST_NEIGHBORS) {
          same.add(at);
        }
      }
    }
  }

  /** The number of an image, a new one if it has none; suspects come first, in their order. */
  private synchronized int number(ReviewedImage image) {
    return numbers.computeIfAbsent(
        image.name(),
        name -> {
          images.add(image);
          return images.size() - 1;
        });
  }

  /** Whether neighbors in feature space are known. */
  boolean hasNeighbors() {
    return !neighbors.isEmpty();
  }

  /**
   * Images of a class to compare a suspect with: its neighbors, or, if there are no neighbors at
   * all, the least suspicious images of the list with that label.
   *
   * @return numbers for {@link #encoded}, at most {@value #MOST_NEIGHBORS}
   */
  List<Integer> compared(int at, String label) {
    if (!hasNeighbors()) {
      return examples.getOrDefault(label, List.of()).stream()
          .filter(other -> other != at)
          .limit(MOST_NEIGHBORS)
          .toList();
    }
    return neighbors.of(suspects.get(at).image(), label).stream()
        .limit(MOST_NEIGHBORS)
        .map(this::number)
        .toList();
  }

  private synchronized @Nullable ReviewedImage image(int number) {
    return number < images.size() ? images.get(number) : null;
  }

  /**
   * Decodes an image and encodes it for a browser.
   *
   * @param side the longest side, in pixels; larger images are shrunk
   * @return null if there is no image with this number
   * @throws BadInputException if the image cannot be decoded, with the reason
   */
  @Nullable Encoded encoded(int number, int side) throws InterruptedException {
    ReviewedImage image = image(number);
    if (image == null) {
      return null;
    }
    decoding.acquire();
    try {
      return encode(shrunk(image, side));
    } finally {
      decoding.release();
    }
  }

  private BufferedImage shrunk(ReviewedImage image, int side) {
    if (image.file() == null) {
      return ofSet(image.index());
    }
    ImageDecoder.Decoded decoded = ImageDecoder.decode(image.file());
    ImageDecoder.Size size = decoded.size();
    double scale = (double) side / Math.max(size.height(), size.width());
    byte[] planes = decoded.planes();
    if (scale < 1) {
      ImageDecoder.Size after =
          new ImageDecoder.Size(
              Math.max(1, (int) Math.round(scale * size.height())),
              Math.max(1, (int) Math.round(scale * size.width())));
      planes = Resampling.resize(planes, ImageDecoder.CHANNELS, size, after);
      size = after;
    }
    return ImageFiles.picture(
        ImageSet.of(planes, new int[1], ImageDecoder.CHANNELS, size.height(), size.width()), 0);
  }

  private BufferedImage ofSet(int index) {
    if (set == null || index >= set.count()) {
      throw new BadInputException("the data set has no image %d".formatted(index));
    }
    return ImageFiles.picture(set, index);
  }

  private static Encoded encode(BufferedImage image) {
    boolean small = image.getWidth() * image.getHeight() <= MOST_PNG_PIXELS;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName(small ? "png" : "jpeg").next();
    try (var stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      ImageWriteParam param = writer.getDefaultWriteParam();
      if (!small) {
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality(JPEG_QUALITY);
      }
      writer.write(null, new IIOImage(image, null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode an image in memory", e);
    } finally {
      writer.dispose();
    }
    return new Encoded(small ? "image/png" : "image/jpeg", out.toByteArray());
  }
}
