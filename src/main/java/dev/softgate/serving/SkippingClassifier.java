package dev.softgate.serving;

import static dev.softgate.evaluation.NonFiniteException.requireFinite;

import dev.softgate.data.ImageFiles;
import dev.softgate.data.Resize;
import dev.softgate.engine.Compute;
import dev.softgate.engine.Engine;
import dev.softgate.engine.Precision;
import dev.softgate.evaluation.NonFiniteException;
import dev.softgate.evaluation.SkipSetting;
import dev.softgate.evaluation.SkippingNetwork;
import dev.softgate.gate.GateSignal;
import dev.softgate.model.BlockKind;
import dev.softgate.model.Mode;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ResNet;
import dev.softgate.run.OpenNetwork;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.scoring.CrossEntropy;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import dev.softgate.training.Checkpoint;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A trained network that classifies images. It skips layers for easy images if its checkpoint
 * contains thresholds ({@code softgate skip RUN --calibrate}).
 *
 * <p>Any number of threads may call; one call computes at a time. Close it to free native memory.
 */
public final class SkippingClassifier implements AutoCloseable {

  /** The maximum number of images in one forward pass. */
  private static final int MOST_AT_ONCE = 128;

  private static final int CHANNELS = 3;

  private final OpenNetwork network;
  private final @Nullable SkipSetting setting;
  private final @Nullable SkippingNetwork skipping;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;

  private SkippingClassifier(Checkpoint trained, int threads, String device) {
    // What was measured in float32 is served in float32.
    Precision recorded = trained.config().execution().precision();
    Precision precision = recorded == Precision.FP32 ? recorded : Precision.AUTO;
    this.network =
        OpenNetwork.of(
            trained, Compute.choose(Engine.AUTO, precision, threads, device, trained.spec()));
    this.setting = trained.skipping();
    this.skipping =
        setting == null ? null : new SkippingNetwork(network.network(), setting.blend());
  }

  /**
   * Opens a network on the fastest engine, with all processors, in the precision recorded by its
   * run if this processor supports it.
   *
   * @param runOrCheckpoint a run's folder, or a checkpoint file
   * @throws dev.softgate.BadInputException if there is no such network or it is damaged
   */
  public static SkippingClassifier open(Path runOrCheckpoint) {
    return open(runOrCheckpoint, 0);
  }

  /**
   * Opens a network on the CPU with a number of threads.
   *
   * @param threads the number of computing threads; 0 for one per processor
   * @throws dev.softgate.BadInputException if there is no such network, it is damaged, or {@code
   *     threads} is far above the number of processors
   * @throws IllegalArgumentException if {@code threads} is negative
   */
  public static SkippingClassifier open(Path runOrCheckpoint, int threads) {
    return open(runOrCheckpoint, threads, Device.CPU.toString());
  }

  /**
   * Opens a network on a device.
   *
   * @param threads the number of computing threads; 0 for one per processor
   * @param device {@code cpu}, {@code cuda}, {@code cuda:1} or {@code auto}, as the option {@code
   *     --device}
   * @throws dev.softgate.BadInputException if there is no such network, it is damaged, {@code
   *     threads} is far above the number of processors, or the device cannot be used
   * @throws IllegalArgumentException if {@code threads} is negative
   */
  public static SkippingClassifier open(Path runOrCheckpoint, int threads, String device) {
    if (threads < 0) {
      throw new IllegalArgumentException("negative number of threads: " + threads);
    }
    TorchRuntime.loadAhead();
    return new SkippingClassifier(
        TrainedNetwork.open(runOrCheckpoint).checkpoint(), threads, device);
  }

  /** The height in pixels of the images that the network was trained on. */
  public int height() {
    return network.checkpoint().data().height();
  }

  /** The width in pixels of the images that the network was trained on. */
  public int width() {
    return network.checkpoint().data().width();
  }

  /** The names of the classes, in the order of their ids. */
  public List<String> classNames() {
    return network.classNames();
  }

  /**
   * Classifies an image of any size, which is resized, and cropped, padded or stretched, as the
   * training images were.
   */
  public Classification classify(BufferedImage image) {
    return classify(interleaved(ImageFiles.bytes(image, height(), width(), resize())), 1).get(0);
  }

  /**
   * Decodes an image file for {@link #classify(byte[], int)}, resized, and cropped, padded or
   * stretched, as the training images were. Any number of threads may decode at the same time.
   *
   * @param file names the image in messages; it is not opened
   * @param content the file's bytes: PNG, JPEG, WebP, GIF, BMP or TIFF
   * @return uint8, H×W×3, RGB; a new array
   * @throws dev.softgate.BadInputException if the content is not an image that can be read whole
   */
  public byte[] decode(Path file, byte[] content) {
    return interleaved(ImageFiles.bytes(file, content, height(), width(), resize()));
  }

  private Resize resize() {
    return network.checkpoint().config().data().resize();
  }

  /** H×W×C of C×H×W. */
  private byte[] interleaved(byte[] planes) {
    int plane = height() * width();
    byte[] pixels = new byte[planes.length];
    for (int i = 0; i < plane; i++) {
      for (int c = 0; c < CHANNELS; c++) {
        pixels[i * CHANNELS + c] = planes[c * plane + i];
      }
    }
    return pixels;
  }

  /**
   * Classifies images of the network's size.
   *
   * @param nhwc uint8, N×H×W×3, RGB, row by row
   * @param count N, at least 0
   * @return one result for each image, in order
   * @throws IllegalArgumentException if the number of bytes does not match {@code count}
   * @throws IllegalStateException after {@link #close}
   * @throws NonFiniteException if the network predicts NaN or infinity
   */
  public List<Classification> classify(byte[] nhwc, int count) {
    int each = height() * width() * CHANNELS;
    if (count < 0 || nhwc.length != (long) count * each) {
      throw new IllegalArgumentException(
          "got %d bytes for %d images of %d×%d×%d (H×W×C) with %d bytes each"
              .formatted(nhwc.length, count, height(), width(), CHANNELS, each));
    }
    List<Classification> all = new ArrayList<>(count);
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the classifier is closed");
      }
      network.compute().useThreads(); // libtorch stores this number for each calling thread
      for (int from = 0; from < count; from += MOST_AT_ONCE) {
        int to = Math.min(count, from + MOST_AT_ONCE);
        classify(Arrays.copyOfRange(nhwc, from * each, to * each), to - from, all);
      }
    } finally {
      lock.unlock();
    }
    return all;
  }

  private void classify(byte[] nhwc, int count, List<Classification> to) {
    float[] pixels = network.normalization().apply(nhwc);
    try (Scope scope = Scope.open()) {
      Tensor images =
          Tensor.ofImages(network.network().device(), pixels, count, CHANNELS, height(), width());
      SkippingNetwork.Forward forward = forward(images);
      float[] logits = requireFinite(network.network(), "logits", forward.logits(), count);
      List<float[]> entropies =
          forward.gates().stream()
              .map(GateSignal::entropyNats)
              .filter(Objects::nonNull)
              .map(nats -> requireFinite(network.network(), "a gate's entropies", nats, count))
              .toList();
      for (int i = 0; i < count; i++) {
        to.add(classification(i, logits, entropies, forward.used()));
      }
    }
  }

  private SkippingNetwork.Forward forward(Tensor images) {
    if (skipping != null && setting != null) {
      return skipping.forward(images, setting.rule());
    }
    ResNet.Forward whole = network.network().forward(images, Mode.EVALUATION);
    return new SkippingNetwork.Forward(whole.logits(), whole.gates(), List.of());
  }

  private Classification classification(
      int image, float[] logits, List<float[]> entropies, List<boolean[]> used) {
    ModelSpec spec = network.spec();
    int classes = spec.classes();
    double[] probabilities = CrossEntropy.softmax(logits, image * classes, classes);
    int best = 0;
    for (int k = 1; k < classes; k++) {
      best = probabilities[k] > probabilities[best] ? k : best;
    }
    List<Integer> skipped = new ArrayList<>();
    int depth = spec.depth();
    for (int gate = 0; gate < used.size(); gate++) {
      if (!used.get(gate)[image]) {
        int stage = spec.gate().stages().get(gate);
        skipped.add(stage);
        depth -= spec.additionalUnits(stage) * (spec.block() == BlockKind.BASIC ? 2 : 3);
      }
    }
    Double hardness =
        entropies.isEmpty() || classes == 1
            ? null
            : entropies.stream().mapToDouble(ofGate -> ofGate[image]).average().orElseThrow()
                / Math.log(classes);
    return new Classification(
        classNames().get(best), best, probabilities[best], hardness, depth, skipped);
  }

  /** Frees native memory. Later calls throw IllegalStateException. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        network.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
