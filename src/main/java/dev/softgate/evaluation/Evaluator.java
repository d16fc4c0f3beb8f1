package dev.softgate.evaluation;

import static java.util.Objects.requireNonNull;

import dev.softgate.data.Batch;
import dev.softgate.data.BatchLoader;
import dev.softgate.data.ImageSet;
import dev.softgate.data.Normalization;
import dev.softgate.gate.ChannelOwners;
import dev.softgate.model.Mode;
import dev.softgate.model.ResNet;
import dev.softgate.scoring.features.Features;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a network on images in evaluation mode: running statistics, no augmentation, no gradients.
 * Except for rounding, the prediction for an image does not depend on the other images in the
 * batch.
 *
 * @param network the network as it is at each call
 * @param normalization the normalization of its images
 * @param ownersSeed the run's seed if each image's owned channels are on; null if they are off
 */
public record Evaluator(ResNet network, Normalization normalization, @Nullable Long ownersSeed) {

  /** Images per batch: enough to occupy the cores, few enough to stay near the caches. */
  public static final int BATCH = 128;

  private static final int CHANNELS = 3;

  /** An evaluator of {@code network} as it is at each call; its owned channels are off. */
  public Evaluator(ResNet network, Normalization normalization) {
    this(network, normalization, null);
  }

  /**
   * The same with each image's owned channels on, for training images by their ids in the training
   * set.
   *
   * @param seed the seed of the run
   */
  public Evaluator withOwnedChannels(long seed) {
    return new Evaluator(network, normalization, seed);
  }

  /**
   * Classifies images of a set.
   *
   * @param ids the images, in the order of the results; at least one
   * @throws NonFiniteException if a prediction is NaN or infinite; so do all methods below
   */
  public Predictions evaluate(ImageSet images, int[] ids) {
    return requireNonNull(evaluate(images, ids, () -> false));
  }

  /**
   * Classifies images of a set, and stops early on request.
   *
   * @param ids the images, in the order of the results; at least one
   * @param stop asked between two batches
   * @return null if {@code stop} returned true before the end
   */
  public @Nullable Predictions evaluate(ImageSet images, int[] ids, BooleanSupplier stop) {
    Collected collected = new Collected(network, ids.length);
    try (BatchLoader loader = BatchLoader.evaluation(images, ids, normalization, BATCH)) {
      for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
        if (collected.count() > 0 && stop.getAsBoolean()) {
          return null;
        }
        try (Scope scope = Scope.open()) {
          add(batch, collected);
        }
      }
    }
    return collected.predictions();
  }

  /**
   * Checks on two synthetic images, one of noise and one black, that the network predicts finite
   * numbers.
   *
   * @param height the images' height in pixels
   * @param width the images' width in pixels
   * @throws NonFiniteException if a prediction is NaN or infinite
   */
  public void requireFinite(int height, int width) {
    byte[] pixels = new byte[Math.toIntExact(2L * CHANNELS * height * width)];
    Random random = new Random(1);
    for (int i = 0; i < pixels.length / 2; i++) {
      pixels[i] = (byte) random.nextInt();
    }
    evaluate(ImageSet.of(pixels, new int[2], CHANNELS, height, width), new int[] {0, 1});
  }

  /**
   * Computes the pooled features of images: what the network's classifier takes in.
   *
   * <p>A batch holds the images of one block of {@value #BATCH} positions ({@link
   * ImageSet#position}). So the features of whole blocks do not depend, not even by rounding, on
   * what other blocks are computed, and several processes can share the blocks of a set.
   *
   * @param images each with its views, one below the other and of equal height
   * @param ids the images, in the order of the rows; at least one
   * @param views the number V of views of an image, at least 1
   * @param mirrored whether to average over each image and its mirror image, at twice the time
   * @return N×(V·C): the features of an image's views one after the other
   * @throws NonFiniteException if a feature is NaN or infinite
   */
  public Features features(ImageSet images, int[] ids, int views, boolean mirrored) {
    return features(images, ids, views, mirrored, List.of());
  }

  /**
   * The same, of some stages.
   *
   * @param stages from 1, in the order of the features in a view; the network must be {@link
   *     ResNet#restoreInStages restored in stages}; empty for what the classifier takes in
   */
  public Features features(
      ImageSet images, int[] ids, int views, boolean mirrored, List<Integer> stages) {
    List<int[]> blocks = blocks(images, ids);
    int dimensions = Math.multiplyExact(views, dimensions(stages));
    float[] values = new float[Math.multiplyExact(ids.length, dimensions)];
    fill(values, BatchLoader.given(images, blocks, false, normalization), views, stages);
    if (mirrored) {
      float[] others = new float[values.length];
      fill(others, BatchLoader.given(images, blocks, true, normalization), views, stages);
      for (int i = 0; i < values.length; i++) {
        values[i] = (values[i] + others[i]) / 2;
      }
    }
    return new Features(ids.length, dimensions, values);
  }

  /** The number of features of some stages; of the last where there are none. */
  private int dimensions(List<Integer> stages) {
    return stages.isEmpty()
        ? network.spec().features()
        : stages.stream().mapToInt(network.spec()::channels).sum();
  }

  private static List<int[]> blocks(ImageSet images, int[] ids) {
    List<int[]> blocks = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= ids.length; i++) {
      if (i == ids.length
          || images.position(ids[i]) / BATCH != images.position(ids[start]) / BATCH) {
        blocks.add(Arrays.copyOfRange(ids, start, i));
        start = i;
      }
    }
    return blocks;
  }

  private void fill(float[] values, BatchLoader batches, int views, List<Integer> stages) {
    int dimensions = dimensions(stages);
    int at = 0;
    try (BatchLoader loader = batches) {
      for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
        try (Scope scope = Scope.open()) {
          int rows = views * batch.size();
          ResNet.Forward forward = network.forward(views(batch, views), Mode.EVALUATION);
          int column = 0;
          for (Tensor pooled : pooled(forward, stages)) {
            float[] some = NonFiniteException.requireFinite(network, "features", pooled, rows);
            int each = some.length / rows;
            for (int row = 0; row < rows; row++) {
              System.arraycopy(some, row * each, values, at + row * dimensions + column, each);
            }
            column += each;
          }
          at += rows * dimensions;
        }
      }
    }
  }

  private static List<Tensor> pooled(ResNet.Forward forward, List<Integer> stages) {
    return stages.isEmpty()
        ? List.of(forward.features())
        : stages.stream().map(stage -> forward.stageFeatures().get(stage - 1)).toList();
  }

  /** Classifies one batch. */
  public Predictions evaluate(Batch batch) {
    Collected collected = new Collected(network, batch.size());
    try (Scope scope = Scope.open()) {
      add(batch, collected);
    }
    return collected.predictions();
  }

  /** The pixels of a batch, float32, N×C×H×W, channels-last. Owner: the caller's scope. */
  public static Tensor images(Device device, Batch batch) {
    return Tensor.ofImages(
        device, batch.pixels(), batch.size(), batch.channels(), batch.height(), batch.width());
  }

  /** Views, one below the other in each image, as images of their own: the same numbers. */
  private Tensor views(Batch batch, int views) {
    if (views < 1 || batch.height() % views != 0) {
      throw new IllegalArgumentException(
          "%d views in images of %d rows".formatted(views, batch.height()));
    }
    return Tensor.ofImages(
        network.device(),
        batch.pixels(),
        Math.multiplyExact(views, batch.size()),
        batch.channels(),
        batch.height() / views,
        batch.width());
  }

  private void add(Batch batch, Collected to) {
    Tensor images = images(network.device(), batch);
    ChannelOwners owners = ownersSeed == null ? null : new ChannelOwners(ownersSeed, batch.ids());
    ResNet.Forward forward = network.forward(images, Mode.EVALUATION.owning(owners));
    to.add(batch, forward.logits(), forward.gates(), forward.penalty());
  }
}
