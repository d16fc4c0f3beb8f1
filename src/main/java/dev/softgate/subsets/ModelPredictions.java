package dev.softgate.subsets;

import dev.softgate.BadInputException;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a network of an ensemble predicts, and which images it was trained on. The file is a sealed
 * safetensors file with the tensors {@code train.id}, {@code train.given}, {@code train.clean}
 * where the true labels are known, {@code train.in}, {@code train.logits}, {@code test.id}, {@code
 * test.label} and {@code test.logits}.
 *
 * @param ids the images that subsets are drawn from, ascending, P
 * @param given their labels, in [0, K), P
 * @param clean their true labels; null where these are not known
 * @param subset the places in {@code ids} of the images that the network was trained on
 * @param logits as float16 in the file; P×K
 * @param testIds the test images, T; may be empty
 * @param testLabels their labels, in [0, K), T
 * @param testLogits as float16 in the file; T×K
 */
@SuppressWarnings("ArrayRecordComponent") // read in bulk, never compared
record ModelPredictions(
    int[] ids,
    int[] given,
    int @Nullable [] clean,
    BitSet subset,
    float[] logits,
    int[] testIds,
    int[] testLabels,
    float[] testLogits) {

  private static final String TRAIN = "train.";
  private static final String CLEAN = TRAIN + "clean";
  private static final String TEST = "test.";
  private static final String LOGITS = "logits";

  /** K. */
  int classes() {
    return logits.length / ids.length;
  }

  void write(Path file, Map<String, String> metadata) {
    int classes = classes();
    ByteBuffer in = ByteBuffer.allocate(ids.length);
    subset.stream().forEach(place -> in.put(place, (byte) 1));
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    tensors.put(TRAIN + "id", HostTensor.ofInts(ids, ids.length));
    tensors.put(TRAIN + "given", HostTensor.ofInts(given, ids.length));
    if (clean != null) {
      tensors.put(CLEAN, HostTensor.ofInts(clean, ids.length));
    }
    tensors.put(TRAIN + "in", HostTensor.of(ElementType.U8, in, ids.length));
    tensors.put(TRAIN + LOGITS, HostTensor.ofHalves(logits, ids.length, classes));
    tensors.put(TEST + "id", HostTensor.ofInts(testIds, testIds.length));
    tensors.put(TEST + "label", HostTensor.ofInts(testLabels, testIds.length));
    tensors.put(TEST + LOGITS, HostTensor.ofHalves(testLogits, testIds.length, classes));
    Safetensors.writeSealed(file, tensors, metadata);
  }

  /** Reads a file; BadInputException if it is damaged or of another kind. */
  static ModelPredictions read(Path file) {
    Safetensors.Contents contents = Safetensors.readSealed(file);
    try {
      long[] in = contents.tensor(TRAIN + "in").toLongs();
      BitSet subset = new BitSet(in.length);
      for (int place = 0; place < in.length; place++) {
        subset.set(place, in[place] != 0);
      }
      ModelPredictions read =
          new ModelPredictions(
              ints(contents, TRAIN + "id"),
              ints(contents, TRAIN + "given"),
              contents.tensors().containsKey(CLEAN) ? ints(contents, CLEAN) : null,
              subset,
              contents.tensor(TRAIN + LOGITS).toFloats(),
              ints(contents, TEST + "id"),
              ints(contents, TEST + "label"),
              contents.tensor(TEST + LOGITS).toFloats());
      read.requireConsistent(in.length, file);
      return read;
    } catch (IllegalStateException e) {
      throw malformed(file, String.valueOf(e.getMessage()));
    }
  }

  private static int[] ints(Safetensors.Contents contents, String name) {
    return Arrays.stream(contents.tensor(name).toLongs()).mapToInt(Math::toIntExact).toArray();
  }

  private void requireConsistent(int in, Path file) {
    boolean fits =
        ids.length >= 2
            && in == ids.length
            && given.length == ids.length
            && (clean == null || clean.length == ids.length)
            && logits.length >= ids.length
            && logits.length % ids.length == 0
            && testLabels.length == testIds.length
            && testLogits.length == testIds.length * classes();
    if (!fits || !inRange(given) || !inRange(testLabels)) {
      throw malformed(file, "its tensors do not fit together");
    }
    for (float[] each : new float[][] {logits, testLogits}) {
      for (float logit : each) {
        if (!Float.isFinite(logit)) {
          throw malformed(file, "a logit is " + logit);
        }
      }
    }
  }

  private boolean inRange(int[] labels) {
    return Arrays.stream(labels).allMatch(label -> label >= 0 && label < classes());
  }

  private static BadInputException malformed(Path file, String what) {
    return new BadInputException(
        "%s: %s; delete it and its run, and repeat the command that trained it", file, what);
  }

  /** Refuses predictions of other images than another network's. */
  void requireSameImages(ModelPredictions other, Path file) {
    if (!Arrays.equals(ids, other.ids)
        || !Arrays.equals(given, other.given)
        || !Arrays.equals(clean, other.clean)
        || !Arrays.equals(testIds, other.testIds)
        || !Arrays.equals(testLabels, other.testLabels)
        || classes() != other.classes()) {
      throw malformed(file, "it is of other images or labels than the first network's");
    }
  }
}
