package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import dev.softgate.run.Shard;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The features of one shard's images: train images, then test images, each by ascending position
 * ({@link dev.softgate.data.ImageSet#position}).
 *
 * @param train how many of the N images are train images
 * @param positions int32, N
 * @param hashes the SHA-256 of each image's size and pixels, N×{@value #HASH_BYTES}
 * @param features float32, N×(V·C), the features of each view after one another
 * @param settings what the features depend on, by name
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
record FeatureShard(
    int train, int[] positions, byte[] hashes, float[] features, Map<String, String> settings) {

  static final int HASH_BYTES = 32;

  private static final String TRAIN = "train images";
  private static final String POSITIONS = "positions";
  private static final String HASHES = "hashes";
  private static final String FEATURES = "features";

  /**
   * Computes the features of a shard: of whole blocks of {@link Evaluator#BATCH} positions, so that
   * they have the bits that one process would compute for the whole set.
   *
   * @param parts images of which those of other shards need not be loaded
   * @param views the number V of views of an image
   */
  static FeatureShard compute(
      List<JudgedImages.Part> parts,
      Shard shard,
      Evaluator evaluator,
      int views,
      Map<String, String> settings) {
    List<JudgedImages.Part> own = parts.stream().map(part -> owned(part, shard)).toList();
    int count = own.stream().mapToInt(part -> part.ids().length).reduce(0, Math::addExact);
    int dimensions = Math.multiplyExact(views, evaluator.network().spec().features());
    int[] positions = new int[count];
    ByteBuffer hashes = ByteBuffer.allocate(Math.multiplyExact(count, HASH_BYTES));
    float[] features = new float[Math.multiplyExact(count, dimensions)];
    int train = 0;
    int row = 0;
    for (JudgedImages.Part part : own) {
      if (part.ids().length == 0) {
        continue;
      }
      train += part.test() ? 0 : part.ids().length;
      float[] rows = evaluator.features(part.images(), part.ids(), views, true).values();
      System.arraycopy(rows, 0, features, row * dimensions, rows.length);
      for (int id : part.ids()) {
        positions[row++] = part.images().position(id);
        hashes.put(HexFormat.of().parseHex(SamePictures.hash(part.images(), id)));
      }
    }
    return new FeatureShard(train, positions, hashes.array(), features, settings);
  }

  private static JudgedImages.Part owned(JudgedImages.Part part, Shard shard) {
    int[] ids =
        Arrays.stream(part.ids())
            .filter(id -> shard.owns(part.images().position(id) / Evaluator.BATCH))
            .toArray();
    return new JudgedImages.Part(part.images(), ids, part.test());
  }

  /** N. */
  int count() {
    return positions.length;
  }

  /** The row of an image; below 0 if the shard has none. */
  int row(boolean test, int position) {
    return test
        ? Arrays.binarySearch(positions, train, count(), position)
        : Arrays.binarySearch(positions, 0, train, position);
  }

  /** The hash of a row's image, in lower-case hexadecimal. */
  String hash(int row) {
    return HexFormat.of().formatHex(hashes, row * HASH_BYTES, (row + 1) * HASH_BYTES);
  }

  /** Writes a file with a checksum. */
  void write(Path file) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    int dimensions = count() == 0 ? 0 : features.length / count();
    tensors.put(POSITIONS, HostTensor.ofInts(positions, count()));
    tensors.put(
        HASHES, HostTensor.of(ElementType.U8, ByteBuffer.wrap(hashes), count(), HASH_BYTES));
    tensors.put(FEATURES, HostTensor.ofFloats(features, count(), dimensions));
    Map<String, String> metadata = new LinkedHashMap<>(settings);
    metadata.put(TRAIN, Integer.toString(train));
    Safetensors.writeSealed(file, tensors, metadata);
  }

  /**
   * Reads a file.
   *
   * @throws BadInputException if it is damaged or no such file
   */
  static FeatureShard read(Path file) {
    Safetensors.Contents contents = Safetensors.readSealed(file);
    try {
      HostTensor positions = contents.tensor(POSITIONS);
      HostTensor hashes = contents.tensor(HASHES);
      HostTensor features = contents.tensor(FEATURES);
      String train = contents.metadata().getOrDefault(TRAIN, "");
      long count = positions.elements();
      boolean fits =
          positions.type() == ElementType.I32
              && hashes.type() == ElementType.U8
              && hashes.elements() == count * HASH_BYTES
              && features.type() == ElementType.F32
              && features.shape().length == 2
              && features.shape()[0] == count
              && train.matches("\\d{1,9}")
              && Integer.parseInt(train) <= count;
      if (!fits) {
        throw new BadInputException("it does not hold features of a shard; run the shard again");
      }
      byte[] bytes = new byte[Math.toIntExact(hashes.elements())];
      hashes.data().get(bytes);
      int[] at = new int[Math.toIntExact(count)];
      positions.data().asIntBuffer().get(at);
      return new FeatureShard(
          Integer.parseInt(train), at, bytes, features.toFloats(), contents.metadata());
    } catch (BadInputException e) {
      throw e.in(file);
    }
  }
}
