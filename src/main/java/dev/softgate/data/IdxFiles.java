package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.data.decoding.ImageDecoder;
import dev.softgate.interop.OneLine;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a set of the MNIST family from its IDX files, plain or with gzip: {@code
 * train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte}, and {@code t10k-} or {@code test-}
 * likewise, if there are test images. A file has 0, 0, the type 8 (uint8), the number of axes, the
 * sizes as big-endian int32, and the values (Yann LeCun's page of MNIST). A gray value becomes
 * three equal ones.
 */
final class IdxFiles {

  private static final Logger LOG = LoggerFactory.getLogger(IdxFiles.class);

  private static final int UINT8 = 8;
  private static final int MAX_SIDE = 1024;
  private static final int MAX_IMAGES = 100_000_000;
  private static final int LABELS_PIECE = 1 << 16;

  private IdxFiles() {}

  /** Reads the set in a folder. */
  static Dataset read(String name, Path folder) {
    ImageSet train = half(folder, "train");
    if (train == null) {
      throw new BadInputException(
          "%s has no train-images-idx3-ubyte, plain or .gz: name the folder with the files of the set"
              .formatted(OneLine.of(folder)));
    }
    ImageSet test = half(folder, "t10k");
    if (test == null) {
      test = half(folder, "test");
    }
    if (test == null) {
      LOG.warn("{} has no t10k-images-idx3-ubyte: there are no test images", OneLine.of(folder));
      int[] first = train.loaded();
      test =
          ImageSet.of(
              new byte[0],
              new int[0],
              ImageDecoder.CHANNELS,
              train.height(first[0]),
              train.width(first[0]));
    }
    int classes =
        1
            + IntStream.concat(Arrays.stream(train.labels()), Arrays.stream(test.labels()))
                .max()
                .orElse(0);
    if (test.count() > 0
        && (test.height(0) != train.height(0) || test.width(0) != train.width(0))) {
      throw new BadInputException(
          "%s has train images of %d×%d pixels and test images of %d×%d: supply the files of one set"
              .formatted(
                  OneLine.of(folder),
                  train.width(0),
                  train.height(0),
                  test.width(0),
                  test.height(0)));
    }
    return Dataset.of(
        name,
        IntStream.range(0, classes).mapToObj(Integer::toString).toList(),
        train,
        test,
        OneLine.of(name.replaceFirst(":", " ")));
  }

  private static @Nullable ImageSet half(Path folder, String prefix) {
    Path images = find(folder, prefix + "-images");
    Path labels = find(folder, prefix + "-labels");
    if (images == null && labels == null) {
      return null;
    }
    if (images == null || labels == null) {
      throw new BadInputException(
          "%s has only one of %s-images-idx3-ubyte and %s-labels-idx1-ubyte: supply both"
              .formatted(OneLine.of(folder), prefix, prefix));
    }
    int[] ofImages = read(labels, IdxFiles::labels);
    ImageSet pixels = read(images, IdxFiles::images);
    if (pixels.count() != ofImages.length) {
      throw new BadInputException(
          "%s has %,d images and %s %,d labels: supply the files of one set"
              .formatted(
                  OneLine.of(images),
                  pixels.count(),
                  OneLine.of(labels.getFileName()),
                  ofImages.length));
    }
    if (ofImages.length == 0) {
      throw new BadInputException(
          "%s has no images: supply it again".formatted(OneLine.of(images)));
    }
    return pixels.labeled(ofImages);
  }

  /** The file of a folder whose name ends in this and a suffix of IDX files; null for none. */
  private static @Nullable Path find(Path folder, String name) {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> found =
          entries
              .filter(
                  entry ->
                      String.valueOf(entry.getFileName())
                          .toLowerCase(Locale.ROOT)
                          .matches("(.*-)?" + name + "([.-]idx\\d-ubyte)?(\\.gz)?"))
              .sorted()
              .toList();
      List<Path> plain = found.stream().filter(file -> !file.toString().endsWith(".gz")).toList();
      List<Path> candidates = plain.isEmpty() ? found : plain;
      if (candidates.size() > 1) {
        throw new BadInputException(
            "%s has %s and %s: keep the files of one set there"
                .formatted(
                    OneLine.of(folder),
                    OneLine.of(candidates.get(0).getFileName()),
                    OneLine.of(candidates.get(1).getFileName())));
      }
      return candidates.isEmpty() ? null : candidates.get(0);
    } catch (IOException e) {
      throw new BadInputException(
          "%s cannot be read (%s): idx:DIR requires a folder with IDX files"
              .formatted(OneLine.of(folder), OneLine.of(e)),
          e);
    }
  }

  @FunctionalInterface
  private interface Reading<T> {
    T from(DataInputStream in, Path file) throws IOException;
  }

  private static <T> T read(Path file, Reading<T> reading) {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        DataInputStream in =
            new DataInputStream(
                file.toString().endsWith(".gz")
                    ? new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16)
                    : raw)) {
      T read = reading.from(in, file);
      if (in.read() >= 0) {
        throw damaged(file, "has more bytes than its header states");
      }
      return read;
    } catch (EOFException e) {
      throw damaged(file, "is truncated");
    } catch (IOException e) {
      throw damaged(file, "cannot be read (%s)".formatted(OneLine.of(e)));
    }
  }

  private static BadInputException damaged(Path file, String what) {
    return new BadInputException("%s %s: supply it again".formatted(OneLine.of(file), what));
  }

  /** The sizes of the axes. */
  private static int[] header(DataInputStream in, Path file, int axes) throws IOException {
    int magic = in.readInt();
    if (magic != (UINT8 << 8 | axes)) {
      throw damaged(
          file,
          "begins with %08x, not with %08x of an IDX file with %d axes of uint8"
              .formatted(magic, UINT8 << 8 | axes, axes));
    }
    int[] sizes = new int[axes];
    for (int axis = 0; axis < axes; axis++) {
      sizes[axis] = in.readInt();
      int most = axis == 0 ? MAX_IMAGES : MAX_SIDE;
      if (sizes[axis] < 0 || sizes[axis] > most || (axis > 0 && sizes[axis] == 0)) {
        throw damaged(
            file, "states a size of %d, which must be at most %,d".formatted(sizes[axis], most));
      }
    }
    return sizes;
  }

  private static int[] labels(DataInputStream in, Path file) throws IOException {
    int count = header(in, file, 1)[0];
    List<int[]> pieces = new ArrayList<>(); // the header is not trusted with an allocation
    for (int read = 0; read < count; ) {
      byte[] piece = new byte[Math.min(LABELS_PIECE, count - read)];
      in.readFully(piece);
      int[] labels = new int[piece.length];
      Arrays.setAll(labels, i -> piece[i] & 0xFF);
      pieces.add(labels);
      read += piece.length;
    }
    return pieces.stream().flatMapToInt(Arrays::stream).toArray();
  }

  private static ImageSet images(DataInputStream in, Path file) throws IOException {
    int[] sizes = header(in, file, 3);
    int plane = sizes[1] * sizes[2];
    if (!file.toString().endsWith(".gz") && Files.size(file) != 16 + (long) sizes[0] * plane) {
      throw damaged(
          file,
          "has %,d bytes, not the %,d that its header states"
              .formatted(Files.size(file), 16 + (long) sizes[0] * plane));
    }
    try (ImageStore store = new ImageStore(sizes[0], sizes[0], sizes[1], sizes[2])) {
      byte[] planes = new byte[ImageDecoder.CHANNELS * plane];
      for (int image = 0; image < sizes[0]; image++) {
        in.readFully(planes, 0, plane);
        System.arraycopy(planes, 0, planes, plane, plane);
        System.arraycopy(planes, 0, planes, 2 * plane, plane);
        store.add(planes);
      }
      return store.images();
    }
  }
}
