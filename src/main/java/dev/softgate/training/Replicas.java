package dev.softgate.training;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Batch;
import dev.softgate.data.BatchShare;
import dev.softgate.data.ImageSet;
import dev.softgate.distributed.LostProcessException;
import dev.softgate.distributed.ProcessGroup;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.Predictions;
import dev.softgate.evaluation.PredictionsBytes;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.ResNet;
import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.NormExchange;
import dev.softgate.torch.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The copies of a network that a group of processes trains, one copy in each process, seen from one
 * of them. With a loss Lᵣ, the mean over this process's nᵣ of the n images of a batch, all take the
 * same step by the gradient of
 *
 * <pre>
 *   L = Σ nᵣ/n · Lᵣ
 * </pre>
 *
 * <p>the mean over all images. All processes see the same results of a step and of an evaluation,
 * and make the same decisions. A single process exchanges nothing.
 */
final class Replicas implements NormExchange {

  private final ProcessGroup group;
  private final BatchShare share;
  private final boolean synchronizedNorms;
  private int images; // of this process in the current batch
  private int allImages = 1;
  private boolean stopAgreed;
  private @Nullable LostProcessException lost;

  Replicas(ProcessGroup group, RunConfig config) {
    this.group = group;
    this.share = new BatchShare(config.optimization().batchSize(), group.rank(), group.size());
    this.synchronizedNorms = config.optimization().syncBn() && !group.isAlone();
  }

  /** A single process. */
  static Replicas alone(RunConfig config) {
    return new Replicas(ProcessGroup.alone(), config);
  }

  boolean isAlone() {
    return group.isAlone();
  }

  /** Whether this process writes the run's files. */
  boolean leads() {
    return group.leads();
  }

  int processes() {
    return group.size();
  }

  /**
   * Refuses to continue within an epoch that other processes share otherwise.
   *
   * @throws BadInputException if it was begun by another number of processes
   */
  void requireSameWithinEpoch(Checkpoint checkpoint) {
    int before = checkpoint.extras().processes();
    if (checkpoint.progress().batch() > 0 && before != processes()) {
      throw new BadInputException(
          "%s is from within an epoch on %s, which others cannot continue; resume it on as many,"
              + " and on others from an epoch's end",
          checkpoint.file() == null ? "the checkpoint" : checkpoint.file(),
          before == 1 ? "1 process" : before + " processes");
    }
  }

  /** How batches are divided. */
  BatchShare share() {
    return share;
  }

  /** Lets a network's batch norms normalize whole batches, where the configuration asks for it. */
  void prepare(ResNet network) {
    if (synchronizedNorms) {
      network.forEachModule(
          (name, module) -> {
            if (module instanceof BatchNorm2d norm) {
              norm.synchronizeBy(this);
            }
          });
    }
  }

  /**
   * A batch begins, in training mode.
   *
   * @param own this process's part; may be empty
   * @param all the number of images of all processes
   * @return the batch to compute: {@code own}, or a black image whose results and gradients count
   *     for nothing where that is empty
   */
  Batch begin(Batch own, int all) {
    images = own.size();
    allImages = all;
    return images > 0
        ? own
        : new Batch(
            new int[1],
            new int[1],
            new float[own.channels() * own.height() * own.width()],
            own.channels(),
            own.height(),
            own.width());
  }

  /** nᵣ/n: what this process's loss counts. */
  double weight() {
    return (double) images / allImages;
  }

  /** Whether a process has a single image, whose batch norms may need running statistics. */
  boolean hasSingleImages() {
    return !isAlone() && !synchronizedNorms && allImages < 2 * group.size();
  }

  /** Adds up gradients over the processes, in place. */
  void sum(Tensor gradients) {
    group.sumInPlace(gradients);
  }

  @Override
  public int images() {
    return images;
  }

  @Override
  public double[][] gather(double[] own) {
    try {
      return group.gather(own);
    } catch (LostProcessException e) {
      lost = e; // native code between here and the caller loses its type
      throw e;
    }
  }

  /** Runs a computation that exchanges numbers through native code. */
  void run(Runnable computation) {
    try {
      computation.run();
    } catch (RuntimeException e) {
      throw lost == null ? e : lost;
    }
  }

  /** The values of g of all processes' images of the current batch, in the order of the images. */
  float[] gather(float[] own) {
    if (isAlone()) {
      return own;
    }
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * images);
    bytes.asFloatBuffer().put(own, 0, images);
    ByteBuffer all = ByteBuffer.allocate(Float.BYTES * allImages);
    group.gather(bytes.array()).forEach(all::put);
    float[] values = new float[allImages];
    all.flip().asFloatBuffer().get(values);
    return values;
  }

  /** The number of images of the current batch, of all processes. */
  int allImages() {
    return allImages;
  }

  // ---- results

  /**
   * Joins the results of all processes' steps, and whether one of them was asked to stop.
   *
   * @param batch this process's part of the batch, which may be empty
   * @param own the results of the batch that {@link #begin} returned
   * @param stop asked at most once
   */
  TrainingHook.Trained join(Batch batch, TrainingStep.Result own, BooleanSupplier stop) {
    if (isAlone()) {
      return new TrainingHook.Trained(batch.ids(), batch.labels(), own);
    }
    int classes = own.logits().length / Math.max(1, batch.size());
    Predictions like =
        new Predictions(
            batch.size() > 0 ? batch.ids() : new int[1],
            batch.size() > 0 ? batch.labels() : new int[1],
            classes,
            own.logits(),
            own.gates(),
            own.penalty());
    byte[] predictions = PredictionsBytes.write(batch.size() > 0 ? like : like.first(0));
    ByteBuffer bytes =
        ByteBuffer.allocate(
            2 * Integer.BYTES + Double.BYTES * (1 + own.gateLosses().length) + predictions.length);
    bytes.putInt(stop.getAsBoolean() ? 1 : 0).putInt(own.correct());
    bytes.putDouble(own.classificationLoss());
    for (double loss : own.gateLosses()) {
      bytes.putDouble(loss);
    }
    bytes.put(predictions);
    return joined(group.gather(bytes.array()), like, own.gateLosses().length);
  }

  private TrainingHook.Trained joined(List<byte[]> all, Predictions like, int gateLosses) {
    stopAgreed = false;
    int correct = 0;
    double[] losses = new double[1 + gateLosses];
    List<Predictions> parts = new ArrayList<>();
    for (byte[] one : all) {
      ByteBuffer from = ByteBuffer.wrap(one);
      stopAgreed |= from.getInt() != 0;
      int ownCorrect = from.getInt();
      double[] ownLosses = new double[losses.length];
      Arrays.setAll(ownLosses, i -> from.getDouble());
      Predictions part = PredictionsBytes.read(from, like);
      parts.add(part);
      int size = part.ids().length;
      if (size > 0) {
        correct += ownCorrect;
        for (int i = 0; i < losses.length; i++) {
          losses[i] += ownLosses[i] * size / allImages;
        }
      }
    }
    Predictions joined = PredictionsBytes.joined(parts);
    return new TrainingHook.Trained(
        joined.ids(),
        joined.labels(),
        new TrainingStep.Result(
            losses[0],
            Arrays.copyOfRange(losses, 1, losses.length),
            joined.penalty(),
            correct,
            joined.logits(),
            joined.gates()));
  }

  /** Whether all processes shall stop after this step: asked here, or of any in {@link #join}. */
  boolean stops(BooleanSupplier stop) {
    return isAlone() ? stop.getAsBoolean() : stopAgreed;
  }

  /**
   * Evaluates images, each process a part of them.
   *
   * @param ids the images, in the order of the results; at least one
   * @param stop asked between two batches
   * @return the same on all processes; null if one was asked to stop before its end
   */
  @Nullable Predictions evaluate(
      Evaluator evaluator, ImageSet set, int[] ids, BooleanSupplier stop) {
    if (isAlone()) {
      return evaluator.evaluate(set, ids, stop);
    }
    int from = (int) ((long) ids.length * group.rank() / group.size());
    int to = (int) ((long) ids.length * (group.rank() + 1) / group.size());
    int[] own = from < to ? Arrays.copyOfRange(ids, from, to) : new int[] {ids[0]};
    Predictions part = evaluator.evaluate(set, own, stop);
    byte[] bytes =
        part == null ? new byte[0] : PredictionsBytes.write(from < to ? part : part.first(0));
    List<byte[]> all = group.gather(bytes);
    if (part == null || all.stream().anyMatch(each -> each.length == 0)) {
      return null;
    }
    return PredictionsBytes.joined(
        all.stream().map(each -> PredictionsBytes.read(ByteBuffer.wrap(each), part)).toList());
  }

  /** Whether any process was asked to stop; all must ask. */
  boolean anyStops(boolean own) {
    if (isAlone()) {
      return own;
    }
    return group.gather(new byte[] {(byte) (own ? 1 : 0)}).stream().anyMatch(each -> each[0] != 0);
  }

  // ---- state

  /** Gives all processes the running statistics of rank 0. */
  void shareStatistics(ResNet network) {
    share(network, network.buffers().keySet().stream().toList());
  }

  /** Gives all processes the parameters and running statistics of rank 0. */
  void shareState(ResNet network) {
    share(network, network.state().keySet().stream().toList());
  }

  private void share(ResNet network, List<String> names) {
    if (isAlone()) {
      return;
    }
    Map<String, HostTensor> state = new LinkedHashMap<>(network.state());
    int length = names.stream().mapToInt(name -> tensor(state, name).data().remaining()).sum();
    ByteBuffer own = ByteBuffer.allocate(length);
    names.forEach(name -> own.put(tensor(state, name).data()));
    ByteBuffer shared = ByteBuffer.wrap(group.broadcast(own.array()));
    if (leads()) {
      return;
    }
    for (String name : names) {
      HostTensor before = tensor(state, name);
      byte[] bytes = new byte[before.data().remaining()];
      shared.get(bytes);
      state.put(
          name,
          HostTensor.of(
              before.type(),
              ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN),
              before.shape()));
    }
    network.load(state);
  }

  private static HostTensor tensor(Map<String, HostTensor> state, String name) {
    return Objects.requireNonNull(state.get(name));
  }
}
