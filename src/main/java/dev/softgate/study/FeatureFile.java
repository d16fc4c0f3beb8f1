package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.data.ImageListing.Part;
import dev.softgate.data.ImageSet;
import dev.softgate.data.ImageStream;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.MatrixFile;
import dev.softgate.interop.MatrixWriter;
import dev.softgate.interop.Safetensors;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A sealed {@code .safetensors} file with the features of N images: train images, then test images,
 * each by ascending position ({@link ImageSet#position}).
 *
 * <pre>
 *   features      F32 N×D
 *   labels        I32 N     class ids
 *   ids           I32 N     positions
 *   pixel_sha256  U8  N×32  of each image's size and pixels, as the network saw them
 *   splits        U8  N     0 train, 1 held out of train for validation, 2 test
 *   files         U8        names below the set's folder, each with a zero byte behind it; empty
 *                           where the images have none
 * </pre>
 *
 * <p>The features are read row by row; the rest is in memory.
 */
final class FeatureFile implements Closeable {

  static final String FEATURES = "features";
  static final int HASH_BYTES = 32;

  private static final String LABELS = "labels";
  private static final String IDS = "ids";
  private static final String HASHES = "pixel_sha256";
  private static final String SPLITS = "splits";
  private static final String FILES = "files";

  /** The parts by their numbers in {@code splits}, and their names in tables. */
  private static final List<Part> PARTS = List.of(Part.TRAIN, Part.VALIDATION, Part.TEST);

  private static final List<String> PART_NAMES = List.of("train", "val", "test");
  private static final int TEST = PARTS.indexOf(Part.TEST);

  private final MatrixFile matrix;
  private final Map<String, String> metadata;
  private final int[] labels;
  private final int[] ids;
  private final byte[] hashes;
  private final byte[] splits;
  private final byte[] files;
  private final int train;
  private final int[] fileEnds;

  private FeatureFile(MatrixFile matrix, Safetensors.Sealed sealed) {
    this.matrix = matrix;
    this.metadata = sealed.metadata();
    this.labels = ints(sealed.tensor(LABELS));
    this.ids = ints(sealed.tensor(IDS));
    this.hashes = bytes(sealed.tensor(HASHES));
    this.splits = bytes(sealed.tensor(SPLITS));
    this.files = bytes(sealed.tensor(FILES));
    this.fileEnds = IntStream.range(0, files.length).filter(i -> files[i] == 0).toArray();
    int count = ids.length;
    boolean fits =
        matrix.rows() == count
            && labels.length == count
            && hashes.length == (long) count * HASH_BYTES
            && splits.length == count
            && (files.length == 0
                || (fileEnds.length == count && fileEnds[count - 1] == files.length - 1));
    if (!fits) {
      throw notFeatures();
    }
    int trainImages = 0;
    while (trainImages < count && splits[trainImages] != TEST) {
      trainImages++;
    }
    this.train = trainImages;
    for (int row = 0; row < count; row++) {
      boolean ordered = row == 0 || row == train || ids[row] > ids[row - 1];
      boolean part = row < train ? splits[row] >= 0 && splits[row] < TEST : splits[row] == TEST;
      if (!ordered || !part || labels[row] < 0) {
        throw notFeatures();
      }
    }
  }

  private static BadInputException notFeatures() {
    return new BadInputException(
        "it does not hold features as softgate features writes them; write it again");
  }

  private static int[] ints(HostTensor tensor) {
    if (tensor.type() != ElementType.I32) {
      throw notFeatures();
    }
    int[] values = new int[Math.toIntExact(tensor.elements())];
    tensor.data().asIntBuffer().get(values);
    return values;
  }

  private static byte[] bytes(HostTensor tensor) {
    if (tensor.type() != ElementType.U8) {
      throw notFeatures();
    }
    byte[] values = new byte[Math.toIntExact(tensor.elements())];
    tensor.data().get(values);
    return values;
  }

  /**
   * Opens a file.
   *
   * @throws BadInputException if it is damaged or no such file
   */
  static FeatureFile open(Path file) {
    try (Safetensors.Sealed sealed = Safetensors.openSealed(file)) {
      if (!sealed.tensors().containsKey(FEATURES)) {
        throw notFeatures().in(file);
      }
      MatrixFile matrix = MatrixFile.open(file, FEATURES);
      try {
        return new FeatureFile(matrix, sealed);
      } catch (BadInputException e) {
        matrix.close();
        throw e.in(file);
      }
    }
  }

  /** N. */
  int count() {
    return ids.length;
  }

  /** D. */
  int dimensions() {
    return matrix.columns();
  }

  /** What the features depend on, by name. */
  Map<String, String> metadata() {
    return metadata;
  }

  /** Reads rows: float32, rows×D. */
  void read(int first, int rows, float[] into) {
    matrix.read(first, rows, into);
  }

  /** The row of an image; below 0 if the file has none. */
  int row(boolean test, int position) {
    return test
        ? Arrays.binarySearch(ids, train, count(), position)
        : Arrays.binarySearch(ids, 0, train, position);
  }

  Part part(int row) {
    return PARTS.get(splits[row]);
  }

  int position(int row) {
    return ids[row];
  }

  /** The hash of a row's image, in lower-case hexadecimal. */
  String hash(int row) {
    return HexFormat.of().formatHex(hashes, row * HASH_BYTES, (row + 1) * HASH_BYTES);
  }

  /** The name of a row's file; empty where it has none. */
  String file(int row) {
    if (files.length == 0) {
      return "";
    }
    int start = row == 0 ? 0 : fileEnds[row - 1] + 1;
    return new String(files, start, fileEnds[row] - start, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    matrix.close();
  }

  /** What is written about images beside their features. */
  static final class Images {

    private final IntStream.Builder labels = IntStream.builder();
    private final IntStream.Builder ids = IntStream.builder();
    private final ByteArrayOutputStream hashes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream splits = new ByteArrayOutputStream();
    private final ByteArrayOutputStream files = new ByteArrayOutputStream();

    /** Adds all images of a block. */
    void add(ImageStream.Block block) {
      ImageSet images = block.images();
      for (int i = 0; i < block.ids().length; i++) {
        int id = block.ids()[i];
        add(
            block.parts().get(i),
            images.position(id),
            images.labels()[id],
            HexFormat.of().parseHex(SamePictures.hash(images, id)),
            images.file(id));
      }
    }

    /** Adds rows of a file. */
    void add(FeatureFile from, int first, int rows) {
      for (int row = first; row < first + rows; row++) {
        byte[] hash = Arrays.copyOfRange(from.hashes, row * HASH_BYTES, (row + 1) * HASH_BYTES);
        add(from.part(row), from.ids[row], from.labels[row], hash, from.file(row));
      }
    }

    private void add(Part part, int position, int label, byte[] hash, String file) {
      splits.write(PARTS.indexOf(part));
      ids.add(position);
      labels.add(label);
      hashes.writeBytes(hash);
      if (!file.isEmpty()) {
        files.writeBytes(file.getBytes(StandardCharsets.UTF_8));
        files.write(0);
      }
    }

    /**
     * Writes the table of a matrix without names: {@code file} or {@code index}, {@code split},
     * {@code label} and {@code class}, a row for each row of the matrix.
     */
    void writeTable(Path table, List<String> classNames) {
      int[] positions = ids.build().toArray();
      int[] given = labels.build().toArray();
      byte[] half = splits.toByteArray();
      String[] names = files.toString(StandardCharsets.UTF_8).split("\0", -1);
      boolean named = files.size() > 0;
      AtomicFiles.write(
          table,
          out -> {
            String header = (named ? "file" : "index") + ",split,label,class\n";
            out.write(header.getBytes(StandardCharsets.UTF_8));
            for (int row = 0; row < given.length; row++) {
              String line =
                  "%s,%s,%d,%s\n"
                      .formatted(
                          named ? CsvTable.quoted(names[row]) : positions[row],
                          PART_NAMES.get(half[row]),
                          given[row],
                          CsvTable.quoted(classNames.get(given[row])));
              out.write(line.getBytes(StandardCharsets.UTF_8));
            }
          });
    }

    /** The end of the file. */
    MatrixWriter.Ending ending(Map<String, String> metadata) {
      int[] positions = ids.build().toArray();
      Map<String, HostTensor> tensors = new LinkedHashMap<>();
      tensors.put(LABELS, HostTensor.ofInts(labels.build().toArray(), positions.length));
      tensors.put(IDS, HostTensor.ofInts(positions, positions.length));
      tensors.put(HASHES, bytes(hashes, positions.length, HASH_BYTES));
      tensors.put(SPLITS, bytes(splits, positions.length));
      tensors.put(FILES, bytes(files, files.size()));
      return new MatrixWriter.Ending(tensors, metadata);
    }

    private static HostTensor bytes(ByteArrayOutputStream written, long... shape) {
      return HostTensor.of(ElementType.U8, ByteBuffer.wrap(written.toByteArray()), shape);
    }
  }

  /** Computes features and hands them over, block by block. */
  @FunctionalInterface
  interface Source {

    /**
     * Adds all rows to a matrix and what they show to the images.
     *
     * @return what is known at the end, by name
     */
    Map<String, String> addTo(MatrixWriter matrix, Images images);
  }

  /**
   * Writes a file; it has its name when it is complete.
   *
   * @param dimensions D
   * @param known what the features depend on, by name
   */
  static void write(Path file, int dimensions, Map<String, String> known, Source source) {
    MatrixWriter.safetensors(
        file,
        FEATURES,
        dimensions,
        known,
        matrix -> {
          Images images = new Images();
          return images.ending(source.addTo(matrix, images));
        });
  }

  /** The parts of a set that have an image at least, as {@link JudgedSplit} names them. */
  static List<Part> parts(JudgedSplit split) {
    return switch (split) {
      case TRAIN -> List.of(Part.TRAIN);
      case VAL -> List.of(Part.VALIDATION);
      case TEST -> List.of(Part.TEST);
      case ALL -> PARTS;
    };
  }
}
