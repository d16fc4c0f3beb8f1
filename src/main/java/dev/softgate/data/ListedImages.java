package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.data.ImageListing.Entry;
import dev.softgate.data.ImageListing.Part;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a set of the files of an {@link ImageListing}, all of one size. */
final class ListedImages {

  private static final Logger LOG = LoggerFactory.getLogger(ListedImages.class);

  /** The most unreadable files that are named. */
  static final int MAX_NAMED = 20;

  private final @Nullable Limits limits;
  private final IntPredicate positions;
  private final Decoding decoding;
  private final DownloadListener listener;

  private ListedImages(
      @Nullable Limits limits,
      IntPredicate positions,
      Decoding decoding,
      DownloadListener listener) {
    this.limits = limits;
    this.positions = positions;
    this.decoding = decoding;
    this.listener = listener;
  }

  /** Reads the set; limits decide what images are decoded, null for all. */
  static Dataset read(
      ImageListing listing, @Nullable Limits limits, Decoding decoding, DownloadListener listener) {
    return new ListedImages(limits, position -> true, decoding, listener).read(listing);
  }

  /** Reads the images with these positions, see {@link ImageSet#position}; there may be none. */
  static Dataset read(
      ImageListing listing, IntPredicate positions, Decoding decoding, DownloadListener listener) {
    return new ListedImages(null, positions, decoding, listener).read(listing);
  }

  private Dataset read(ImageListing listing) {
    Chosen chosen = Chosen.of(listing, Set.of(), limits, positions);
    ImageSizes sizes = ImageSizes.choose(listing, chosen.files(), decoding, listener);
    DecodedFiles decoded = new DecodedFiles(listing, decoding, sizes.chosen(), listener);
    Map<Path, BadInputException> bad = new LinkedHashMap<>(sizes.bad());
    int known = -1;
    while (known < bad.size()) { // limits then choose others, which may be bad too
      known = bad.size();
      if (known > 0 && decoding.skipBad()) {
        chosen = Chosen.of(listing, bad.keySet(), limits, positions);
      }
      List<Path> files = chosen.files().stream().filter(file -> !bad.containsKey(file)).toList();
      decoded.read(files);
      bad.putAll(decoded.bad());
      if (!bad.isEmpty() && !decoding.skipBad()) {
        throw unreadable(bad, chosen.files().size());
      }
    }
    if (!bad.isEmpty()) {
      logSkipped(bad);
    }
    return chosen.dataset(decoded);
  }

  private static BadInputException unreadable(Map<Path, BadInputException> bad, int all) {
    List<String> reasons =
        bad.values().stream().limit(MAX_NAMED).map(Throwable::getMessage).toList();
    if (bad.size() == 1) {
      return new BadInputException(reasons.get(0) + ", or leave it out with {skip-bad}");
    }
    String more = bad.size() > MAX_NAMED ? "; and %,d more".formatted(bad.size() - MAX_NAMED) : "";
    return new BadInputException(
        "%,d of %,d image files cannot be read; repair or remove them, or leave them out with {skip-bad}: %s%s"
            .formatted(bad.size(), all, String.join("; ", reasons), more));
  }

  private static void logSkipped(Map<Path, BadInputException> bad) {
    bad.values().stream().limit(MAX_NAMED).forEach(reason -> LOG.warn(reason.getMessage()));
    LOG.warn("{} image files are left out, because they cannot be read", bad.size());
  }

  /**
   * The files of a set, and the ids of the images to decode.
   *
   * @param trainAt the position of each of {@code train}
   * @param trainIds ids within {@code train} to decode, ascending
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Chosen(
      ImageListing listing,
      List<Entry> train,
      int[] trainAt,
      int[] validation,
      int[] trainIds,
      List<Entry> test,
      int[] testAt,
      int[] testIds) {

    /**
     * Chooses files.
     *
     * @param without files that are left out
     */
    static Chosen of(
        ImageListing all, Set<Path> without, @Nullable Limits limits, IntPredicate positions) {
      ImageListing listing = without.isEmpty() ? all : all.without(without);
      List<Entry> train = listing.trainEntries();
      List<Entry> test = listing.entries(Part.TEST);
      int[] trainAt = positions(all.trainEntries(), without);
      int[] testAt = positions(all.entries(Part.TEST), without);
      int own = listing.entries(Part.TRAIN).size();
      int[] validation = IntStream.range(own, train.size()).toArray();
      int[] trainIds = chosen(trainAt, positions);
      int[] testIds = chosen(testAt, positions);
      if (limits != null && limits.limitReading()) {
        Division division =
            Division.of(limits, listing.name(), labels(train), validation, labels(test));
        trainIds =
            IntStream.concat(IntStream.of(division.train()), IntStream.of(division.validation()))
                .sorted()
                .toArray();
        testIds = division.test();
      }
      return new Chosen(listing, train, trainAt, validation, trainIds, test, testAt, testIds);
    }

    private static int[] positions(List<Entry> entries, Set<Path> without) {
      return IntStream.range(0, entries.size())
          .filter(position -> !without.contains(entries.get(position).file()))
          .toArray();
    }

    private static int[] chosen(int[] at, IntPredicate positions) {
      return IntStream.range(0, at.length).filter(id -> positions.test(at[id])).toArray();
    }

    private static int[] labels(List<Entry> files) {
      return files.stream().mapToInt(Entry::label).toArray();
    }

    /** The files to decode, train first. */
    List<Path> files() {
      return Stream.concat(files(train, trainIds).stream(), files(test, testIds).stream()).toList();
    }

    private static List<Path> files(List<Entry> of, int[] ids) {
      return IntStream.of(ids).mapToObj(id -> of.get(id).file()).toList();
    }

    Dataset dataset(DecodedFiles decoded) {
      return Dataset.of(
          listing.name(),
          listing.classNames(),
          images(decoded, train, trainAt, trainIds),
          images(decoded, test, testAt, testIds),
          listing.source(),
          validation);
    }

    private ImageSet images(DecodedFiles decoded, List<Entry> of, int[] positions, int[] ids) {
      return new ImageView(
          decoded.images(files(of, ids)),
          ids,
          labels(of),
          of.stream().map(listing::file).toList(),
          listing.root(),
          positions);
    }
  }
}
