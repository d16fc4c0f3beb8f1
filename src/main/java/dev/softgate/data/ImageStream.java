package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.Progress;
import dev.softgate.data.ImageListing.Entry;
import dev.softgate.data.ImageListing.Part;
import dev.softgate.data.decoding.ImageDecoder;
import dev.softgate.data.decoding.ImageDecoder.Size;
import dev.softgate.interop.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Images of a set, handed over block by block in the order of the set: train images, then test
 * images. Image files are decoded ahead of their use by other threads, and forgotten after it, so
 * memory holds about two blocks. Sets without image files are loaded whole.
 */
public final class ImageStream {

  private static final Logger LOG = LoggerFactory.getLogger(ImageStream.class);

  private final String name;
  private final List<String> classNames;
  private final @Nullable ImageListing listing;
  private final @Nullable Dataset loaded;
  private final Decoding decoding;
  private final List<Item> items;
  private final AtomicLong decodingNanos = new AtomicLong();

  private ImageStream(
      String name,
      List<String> classNames,
      @Nullable ImageListing listing,
      @Nullable Dataset loaded,
      Decoding decoding,
      List<Item> items) {
    this.name = name;
    this.classNames = classNames;
    this.listing = listing;
    this.loaded = loaded;
    this.decoding = decoding;
    this.items = items;
  }

  /**
   * An image to come.
   *
   * @param position see {@link ImageSet#position}
   * @param file null where the set has no files
   */
  private record Item(Part part, int position, @Nullable Entry file) {

    private boolean sharesBlock(Item other, int block) {
      return (part == Part.TEST) == (other.part == Part.TEST)
          && position / block == other.position / block;
    }
  }

  /**
   * Consecutive images.
   *
   * @param images holds them; for the use of one block only
   * @param ids their ids there, at least one
   * @param parts the part of the set of each
   */
  @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
  public record Block(ImageSet images, int[] ids, List<Part> parts) {}

  /**
   * Lists all images of a set; decodes none.
   *
   * @param request the set; its limits have no effect, and its decoding has a size where the images
   *     are files
   * @throws BadInputException if there is no such set
   */
  public static ImageStream open(DatasetRequest request, DownloadListener listener) {
    List<Item> items = new ArrayList<>();
    if (ImageListing.isListed(request.dataset())) {
      ImageListing listing = ImageListing.of(request.dataset());
      for (List<Entry> half : List.of(listing.trainEntries(), listing.entries(Part.TEST))) {
        for (int position = 0; position < half.size(); position++) {
          items.add(new Item(half.get(position).part(), position, half.get(position)));
        }
      }
      return new ImageStream(
          listing.name(), listing.classNames(), listing, null, request.decoding(), items);
    }
    Dataset loaded = Datasets.load(request.unlimited(), listener);
    for (int id = 0; id < loaded.train().count(); id++) {
      boolean held = Arrays.binarySearch(loaded.validation(), id) >= 0;
      items.add(new Item(held ? Part.VALIDATION : Part.TRAIN, id, null));
    }
    for (int id = 0; id < loaded.test().count(); id++) {
      items.add(new Item(Part.TEST, id, null));
    }
    return new ImageStream(
        loaded.name(), loaded.classNames(), null, loaded, request.decoding(), items);
  }

  /** The first images of some parts; all if there are fewer. */
  public ImageStream first(int most, Set<Part> parts) {
    return with(items.stream().filter(item -> parts.contains(item.part)).limit(most).toList());
  }

  /** The images whose position, among the train or the test images, is accepted. */
  public ImageStream at(IntPredicate positions) {
    return with(items.stream().filter(item -> positions.test(item.position)).toList());
  }

  private ImageStream with(List<Item> chosen) {
    return new ImageStream(name, classNames, listing, loaded, decoding, chosen);
  }

  /** The set's name, such as {@code folder:DIR}. */
  public String name() {
    return name;
  }

  /** K names, in the order of the class ids. */
  public List<String> classNames() {
    return classNames;
  }

  /** How many images there are, readable or not. */
  public int count() {
    return items.size();
  }

  /** A hash of the list of images: parts, positions, labels and names of files. */
  public String listSha256() {
    Sha256 hash = new Sha256();
    for (Item item : items) {
      hash.add(item.part.name().getBytes(StandardCharsets.US_ASCII)).add(item.position);
      if (item.file != null && listing != null) {
        byte[] file = listing.file(item.file).getBytes(StandardCharsets.UTF_8);
        hash.add(item.file.label(), file.length).add(file);
      }
    }
    return hash.hex();
  }

  /** The seconds that all threads together took to decode and resize files so far. */
  public double decodingSeconds() {
    return decodingNanos.get() / 1e9;
  }

  /**
   * Hands over all images.
   *
   * @param activity for the listener
   * @param size a block holds the readable ones of this many consecutive positions
   * @param use takes each block in turn, in this thread, and keeps none
   * @return how many files were left out because they cannot be read
   * @throws BadInputException if a file cannot be read and {@link Decoding#skipBad} is off
   */
  public int forEach(String activity, int size, Consumer<Block> use, Progress progress) {
    if (listing == null) {
      forEachLoaded(activity, size, use, progress);
      return 0;
    }
    Decoder decoder = new Decoder(listing, use);
    new ParallelWork(decoding.threads(), size + decoding.threads(), progress)
        .<Item, byte[]>forEach(
            activity,
            items,
            decoder::planes,
            (item, outcome) -> {
              if (!decoder.items.isEmpty() && !decoder.items.get(0).sharesBlock(item, size)) {
                decoder.handOver();
              }
              decoder.add(item, outcome);
            });
    decoder.handOver();
    if (decoder.bad > 0) {
      LOG.warn("{} image files are left out, because they cannot be read", decoder.bad);
    }
    return decoder.bad;
  }

  private void forEachLoaded(String activity, int size, Consumer<Block> use, Progress progress) {
    for (int start = 0; start < items.size(); ) {
      Item first = items.get(start);
      int end = start;
      while (end < items.size() && items.get(end).sharesBlock(first, size)) {
        end++;
      }
      List<Item> block = items.subList(start, end);
      Dataset set = Objects.requireNonNull(loaded);
      use.accept(
          new Block(
              first.part == Part.TEST ? set.test() : set.train(),
              block.stream().mapToInt(Item::position).toArray(),
              block.stream().map(Item::part).toList()));
      start = end;
      progress.progressed(activity, end, items.size());
    }
  }

  /** Decodes files and gathers a block. */
  private final class Decoder {

    private final ImageListing files;
    private final Consumer<Block> use;
    private final Size size;
    private List<Item> items = new ArrayList<>();
    private List<byte[]> planes = new ArrayList<>();
    private int bad;

    Decoder(ImageListing files, Consumer<Block> use) {
      this.files = files;
      this.use = use;
      this.size = Objects.requireNonNull(decoding.size(), "a size is required");
    }

    byte[] planes(Item item) {
      long start = System.nanoTime();
      try {
        return ImageDecoder.decode(
            file(item).file(),
            (decoded, bytes) -> decoding.resize().apply(decoded.planes(), decoded.size(), size));
      } finally {
        decodingNanos.addAndGet(System.nanoTime() - start);
      }
    }

    private Entry file(Item item) {
      return Objects.requireNonNull(item.file);
    }

    void add(Item item, ParallelWork.Outcome<byte[]> outcome) {
      byte[] read = outcome.value();
      if (read != null) {
        items.add(item);
        planes.add(read);
        return;
      }
      if (!decoding.skipBad()) {
        throw new BadInputException(outcome.reason() + ", or leave it out with {skip-bad}");
      }
      if (++bad <= ListedImages.MAX_NAMED) {
        LOG.warn(outcome.reason());
      }
    }

    void handOver() {
      if (items.isEmpty()) {
        return;
      }
      int[] ids = IntStream.range(0, items.size()).toArray();
      int length = planes.get(0).length;
      byte[] pixels = new byte[Math.multiplyExact(ids.length, length)];
      for (int id : ids) {
        System.arraycopy(planes.get(id), 0, pixels, id * length, length);
      }
      int[] labels = items.stream().mapToInt(item -> file(item).label()).toArray();
      ImageSet images =
          new ImageView(
              ImageSet.of(pixels, labels, ImageDecoder.CHANNELS, size.height(), size.width()),
              ids,
              labels,
              items.stream().map(item -> files.file(file(item))).toList(),
              files.root(),
              items.stream().mapToInt(Item::position).toArray());
      List<Part> parts = items.stream().map(Item::part).toList();
      items = new ArrayList<>();
      planes = new ArrayList<>();
      use.accept(new Block(images, ids, parts));
    }
  }
}
