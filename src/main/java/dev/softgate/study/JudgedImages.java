package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.data.Dataset;
import dev.softgate.data.ImageListing;
import dev.softgate.data.ImageSet;
import dev.softgate.data.ImageStream;
import dev.softgate.data.LabelFile;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.interop.MatrixWriter;
import dev.softgate.run.Shard;
import dev.softgate.scoring.features.Features;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Images whose labels are judged, as rows from 0 to N − 1: train images, then test images.
 *
 * @param classNames K names, in the order of the class ids
 * @param parts at least one
 * @param all the same with the images that a label file leaves out
 * @param given int32, N, in [0, K)
 * @param clean the true labels, N; null if unknown
 * @param same the images with equal pixels
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
record JudgedImages(
    List<String> classNames,
    List<Part> parts,
    List<Part> all,
    int[] given,
    int @Nullable [] clean,
    SamePictures same) {

  /**
   * Images of a set.
   *
   * @param ids ascending
   * @param test whether they are test images
   */
  @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
  record Part(ImageSet images, int[] ids, boolean test) {

    private Part kept(LabelFile.Part labels) {
      return new Part(images, labels.kept(ids), test);
    }

    /** The images of a shard, which has whole blocks of {@link Evaluator#BATCH} positions. */
    Part owned(Shard shard) {
      int[] own =
          Arrays.stream(ids)
              .filter(id -> shard.owns(images.position(id) / Evaluator.BATCH))
              .toArray();
      return new Part(images, own, test);
    }

    /** Adds the features of the images' views, each averaged with its mirror image, to a file. */
    void addTo(MatrixWriter matrix, FeatureFile.Images rows, Evaluator evaluator, int views) {
      if (ids.length > 0) {
        matrix.add(features(evaluator, views).values(), ids.length);
        rows.add(
            new ImageStream.Block(
                images,
                ids,
                Collections.nCopies(
                    ids.length, test ? ImageListing.Part.TEST : ImageListing.Part.TRAIN)));
      }
    }

    /** The features of the images' views, each averaged with its mirror image, N×(V·C). */
    Features features(Evaluator evaluator, int views) {
      return evaluator.features(images, ids, views, true);
    }
  }

  /** An image: its set and its id there. */
  private record Place(ImageSet images, int id) {}

  /**
   * Chooses images of a set.
   *
   * @param labels other labels, and the images that they leave out; null for the set's own labels
   * @throws BadInputException if the set has no such images
   */
  static JudgedImages of(Dataset own, JudgedSplit split, @Nullable LabelFile labels) {
    Dataset dataset = labels == null ? own : own.labeled(labels);
    List<Part> all = parts(dataset, split);
    List<Part> parts =
        labels == null
            ? all
            : all.stream()
                .map(part -> part.kept(part.test ? labels.test() : labels.train()))
                .filter(part -> part.ids.length > 0)
                .toList();
    if (parts.isEmpty()) {
      throw new BadInputException(
          "{split} %s: %s has no such images; choose another part"
              .formatted(split.text(), dataset.source()));
    }
    requireDistinctNames(parts);
    int[] given =
        parts.stream()
            .flatMapToInt(part -> Arrays.stream(part.ids).map(id -> part.images.labels()[id]))
            .toArray();
    int[] known = labels == null ? null : labels.clean();
    int[] clean =
        known == null || split == JudgedSplit.TEST || parts.size() > 1
            ? null
            : Arrays.stream(parts.get(0).ids).map(id -> known[id]).toArray();
    return new JudgedImages(
        dataset.classNames(), parts, all, given, clean, SamePictures.of(parts, given));
  }

  /** The loaded images of a split, before a label file leaves any out; empty if there are none. */
  static List<Part> parts(Dataset dataset, JudgedSplit split) {
    List<Part> parts = new ArrayList<>();
    parts.add(new Part(dataset.train(), train(dataset, split), false));
    if (split == JudgedSplit.TEST || split == JudgedSplit.ALL) {
      parts.add(new Part(dataset.test(), dataset.test().loaded(), true));
    }
    return parts.stream().filter(part -> part.ids.length > 0).toList();
  }

  private static int[] train(Dataset dataset, JudgedSplit split) {
    int[] all = dataset.train().loaded();
    return switch (split) {
      case TRAIN -> Arrays.stream(all).filter(id -> !isHeldOut(dataset, id)).toArray();
      case VAL -> Arrays.stream(all).filter(id -> isHeldOut(dataset, id)).toArray();
      case TEST -> new int[0];
      case ALL -> all;
    };
  }

  private static boolean isHeldOut(Dataset dataset, int id) {
    return Arrays.binarySearch(dataset.validation(), id) >= 0;
  }

  private static void requireDistinctNames(List<Part> parts) {
    Part first = parts.get(0);
    if (parts.size() > 1 && first.images.path(first.ids[0]) == null) {
      throw new BadInputException(
          "{split} all: the images of this set have numbers and no files, and train and test images"
              + " have the same numbers; use {split} train or {split} test");
    }
  }

  /** N. */
  int count() {
    return given.length;
  }

  /** K. */
  int classes() {
    return classNames.size();
  }

  private Place place(int row) {
    int index = row;
    for (Part part : parts) {
      if (index < part.ids.length) {
        return new Place(part.images, part.ids[index]);
      }
      index -= part.ids.length;
    }
    throw new IndexOutOfBoundsException("row %d of %d".formatted(row, count()));
  }

  /** An image's id in its set. */
  int id(int row) {
    return place(row).id;
  }

  /** An image's file below the set's folder; empty if there is none. */
  String file(int row) {
    Place place = place(row);
    return place.images.file(place.id);
  }

  /** The absolute path of an image's file; null if there is none. */
  @Nullable Path path(int row) {
    Place place = place(row);
    return place.images.path(place.id);
  }

  /** How tables name an image: the path of its file, or its id. */
  String name(int row) {
    Path path = path(row);
    return path == null ? Integer.toString(id(row)) : path.toString();
  }

  /** Whether each label is wrong, N; null if unknown. */
  boolean @Nullable [] wrong() {
    if (clean == null) {
      return null;
    }
    boolean[] wrong = new boolean[count()];
    for (int row = 0; row < wrong.length; row++) {
      wrong[row] = given[row] != clean[row];
    }
    return wrong;
  }

  /**
   * The features of all images' views, each averaged with its mirror image, N×(V·C). Those of
   * images that are left out are computed too: whether a label file leaves some out changes no
   * other's.
   */
  Features features(Evaluator evaluator, int views) {
    Features computed =
        Features.concatenated(all.stream().map(part -> part.features(evaluator, views)).toList());
    return count() == computed.count() ? computed : computed.rows(rowsOfAll());
  }

  /** The row of each image among those of {@link #all}. */
  private int[] rowsOfAll() {
    return IntStream.range(0, all.size())
        .flatMap(
            p -> {
              int[] ids = all.get(p).ids;
              int first = all.subList(0, p).stream().mapToInt(part -> part.ids.length).sum();
              return parts.stream()
                  .filter(part -> part.test == all.get(p).test)
                  .flatMapToInt(part -> Arrays.stream(part.ids))
                  .map(id -> first + Arrays.binarySearch(ids, id));
            })
        .toArray();
  }
}
