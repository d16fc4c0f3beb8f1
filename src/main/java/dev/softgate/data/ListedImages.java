package dev.softgate.data;

import dev.softgate.data.ImageListing.Entry;
import dev.softgate.data.ImageListing.Part;
import dev.softgate.data.decoding.ImageDecoder;
import dev.softgate.interop.OneLine;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes the files of an {@link ImageListing}, all images of one size, and makes a set of them.
 */
final class ListedImages {

  private static final Logger LOG = LoggerFactory.getLogger(ListedImages.class);

  /** The most odd files of a half that are named. */
  private static final int MAX_REMARKS = 10;

  private final ImageListing listing;

  private ListedImages(ImageListing listing) {
    this.listing = listing;
  }

  /** Reads the set; limits decide what images are decoded, null for all. */
  static Dataset read(ImageListing listing, @Nullable Limits limits) {
    List<Entry> train = new ArrayList<>(listing.entries(Part.TRAIN));
    int own = train.size();
    train.addAll(listing.entries(Part.VALIDATION));
    List<Entry> test = listing.entries(Part.TEST);
    int[] validation = IntStream.range(own, train.size()).toArray();
    int[] trainIds = IntStream.range(0, train.size()).toArray();
    int[] testIds = IntStream.range(0, test.size()).toArray();
    if (limits != null && limits.limitReading()) {
      Division division =
          Division.of(limits, listing.name(), labels(train), validation, labels(test));
      trainIds =
          IntStream.concat(IntStream.of(division.train()), IntStream.of(division.validation()))
              .sorted()
              .toArray();
      testIds = division.test();
    }
    ImageDecoder.Size size = ImageDecoder.size(train.get(trainIds[0]).file());
    long together = (long) trainIds.length + testIds.length;
    ListedImages images = new ListedImages(listing);
    return Dataset.of(
        listing.name(),
        listing.classNames(),
        images.decode(train, trainIds, size, together),
        images.decode(test, testIds, size, together),
        "folder " + OneLine.of(listing.root()),
        validation);
  }

  private static int[] labels(List<Entry> files) {
    return files.stream().mapToInt(Entry::label).toArray();
  }

  /** Decodes the images of some ids, ascending; the others are in the set by their labels alone. */
  private ImageSet decode(List<Entry> files, int[] ids, ImageDecoder.Size size, long together) {
    try (ImageStore store = new ImageStore(ids.length, together, size.height(), size.width())) {
      int remarks = 0;
      for (int id : ids) {
        ImageDecoder.Decoded decoded = ImageDecoder.decode(files.get(id).file(), size);
        if (decoded.remark() != null && ++remarks <= MAX_REMARKS) {
          LOG.warn(decoded.remark());
        }
        store.add(decoded.planes());
      }
      if (remarks > MAX_REMARKS) {
        LOG.warn("{} more files are read, although they are odd", remarks - MAX_REMARKS);
      }
      return new ImageView(
          store.images(),
          ids,
          labels(files),
          files.stream().map(listing::file).toList(),
          listing.root());
    }
  }
}
