package dev.softgate.run;

import dev.softgate.config.GateSchedule;
import dev.softgate.config.ModelConfig;
import dev.softgate.config.OptimizationConfig;
import dev.softgate.config.OptimizerKind;
import dev.softgate.config.RunConfig;
import dev.softgate.gate.GateKernel;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.GateTap;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.gate.UnitGateSpec;
import dev.softgate.model.ShortcutKind;
import dev.softgate.training.TrainingData;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Names runs after their configuration, as the published logs are named. The published names have
 * two forms. This type makes the first, which 48 of the 55 logs have:
 *
 * <pre>
 * runs_[v] DATASET _ NETWORK DEPTH _ MILESTONES _ INIT _ GATE m LR [ _ SUFFIX ]
 * runs_vc10_resnet_gate_classifier110_4770_scratch_it1g-2cm-1_lr1by34770
 * </pre>
 *
 * <ul>
 *   <li>{@code v}: part of the training images is held out for validation. Differs: without such
 *       images there is no {@code v}.
 *   <li>DATASET: {@code c10} or {@code c100}. Differs: any other set has its own name.
 *   <li>NETWORK: the file of the published model, {@code resnet_gate_classifier}. Differs: the
 *       baseline, which has no published log, is {@code resnet}.
 *   <li>MILESTONES: when the learning rate is lowered, in thousands of batches, two digits for each
 *       milestone. {@code 4770} stands for epochs 133 and 200 of 351 batches. Differs: trainings
 *       shorter than 10,000 or longer than 99,499 batches do not fit into two digits, so they are
 *       written in epochs. {@code 5ep3-4} stands for 5 epochs with milestones 3 and 4.
 *   <li>INIT: {@code scratch}, or {@code bi} for an initialization from a baseline.
 *   <li>GATE: {@code it1g-2c}. The backbone steps on every batch ({@code it3}: on every third). The
 *       gate's learning rate is 10⁻². It is constant ({@code c}), or, without {@code c}, lowered
 *       every 50 epochs. Differs: a network without a gate has no such part.
 *   <li>LR: the backbone's learning rate, {@code -1} for 10⁻¹. Differs: a rate that is not a power
 *       of ten is written as in the second published form, {@code 5e-2}.
 *   <li>SUFFIX: further settings. The published logs have {@code lr1by347last} and {@code
 *       lr1by34770}: the learning rate is divided by 3 instead of 10 at the first milestone, or at
 *       both. ({@code lr1by347last} names both milestones, although only one is used.) Differs:
 *       {@code entry} for a gate at the entry of the additional layers, {@code entry_hard} if that
 *       gate decides. The published gates are at the exit and have no suffix for it.
 * </ul>
 *
 * <p>The second published form, which seven logs have, orders the same parts differently and ends
 * in the fraction of images held out: {@code
 * runs_c10_resnet_gate_classifier110_scit1g-2cm-1_4770_1e-1}.
 */
public final class RunName {

  private static final int MAX_PART = 60;
  private static final int BATCHES_A_UNIT = 1000;

  private RunName() {}

  /**
   * The parts of a name.
   *
   * @param validated whether training images are held out for validation
   * @param dataset as the option {@code --dataset} takes it, such as {@code cifar10}
   * @param network as the published models are named, such as {@code resnet_gate_classifier}
   * @param depth number of layers
   * @param milestones zero-based epochs in which the learning rate is first lower, ascending
   * @param epochs epochs of the whole run
   * @param trainImages images of an epoch
   * @param fromBaseline whether the weights start from a trained baseline
   * @param gateIters the backbone steps on every n-th batch; 0 if there is no gate
   * @param lrGate the gate's learning rate; of no effect if there is no gate
   * @param gateConstant whether {@code lrGate} stays as it is; of no effect if there is no gate
   * @param lr the backbone's learning rate
   * @param suffix appended as it is, where file names allow; may be empty
   */
  public record Parts(
      boolean validated,
      String dataset,
      String network,
      int depth,
      List<Integer> milestones,
      int epochs,
      int batchSize,
      int trainImages,
      boolean fromBaseline,
      int gateIters,
      double lrGate,
      boolean gateConstant,
      double lr,
      String suffix) {

    /** Copies the milestones and checks that they ascend and that the batch size is positive. */
    public Parts {
      milestones = List.copyOf(milestones);
      for (int i = 1; i < milestones.size(); i++) {
        if (milestones.get(i) <= milestones.get(i - 1)) {
          throw new IllegalArgumentException("milestones " + milestones + " do not ascend");
        }
      }
      if (batchSize < 1) {
        throw new IllegalArgumentException("batch size " + batchSize);
      }
    }
  }

  /**
   * The name of a run so configured, which can name a folder on any system.
   *
   * @throws IllegalArgumentException if a learning rate is negative or not finite
   */
  public static String of(Parts parts) {
    return (parts.validated() ? "runs_v" : "runs_")
        + dataset(parts.dataset())
        + "_"
        + fileSafe(parts.network())
        + parts.depth()
        + "_"
        + schedule(parts)
        + (parts.fromBaseline() ? "_bi_" : "_scratch_")
        + gate(parts)
        + "m"
        + rate(parts.lr())
        + (parts.suffix().isEmpty() ? "" : "_" + fileSafe(parts.suffix()));
  }

  /** The name that a configuration gives, or else one made from the configuration. */
  static String of(RunConfig config, TrainingData data) {
    String given = config.execution().name();
    if (given != null) {
      return given;
    }
    OptimizationConfig optimization = config.optimization();
    GateSpec gate = config.model().spec(data.dataset().classes()).gate();
    boolean trainsItself = gate.trainsItself();
    return of(
        new Parts(
            data.validation().length > 0,
            config.data().dataset(),
            networkName(config.model(), gate),
            config.model().depth(),
            optimization.schedule().milestones(),
            optimization.epochs(),
            optimization.batchSize(),
            data.train().length,
            !optimization.init().equals("scratch"),
            trainsItself ? optimization.gateIters() : 0,
            optimization.lrGate(),
            optimization.scheduleGate() == GateSchedule.CONSTANT,
            optimization.lr(),
            suffix(gate, optimization)));
  }

  private static String suffix(GateSpec gate, OptimizationConfig optimization) {
    List<String> parts = new ArrayList<>();
    if (gate instanceof StageGateSpec stage && stage.tap() == GateTap.ENTRY) {
      parts.add(gate.decides() ? "entry_hard" : "entry");
    }
    if (optimization.schedule().isCurved()) {
      parts.add(optimization.schedule().curve().text());
    }
    if (optimization.optimizer() != OptimizerKind.SGD) {
      parts.add(optimization.optimizer().text());
    }
    return String.join("_", parts);
  }

  /** As the published models are named where they have one: {@code resnet_gate_classifier}. */
  private static String networkName(ModelConfig model, GateSpec gate) {
    StringBuilder name = new StringBuilder(model.arch().text().replaceFirst("\\d+(_\\d+)?$", ""));
    if (model.shortcut() != ShortcutKind.PROJECTION) {
      name.append('_').append(model.shortcut().text());
    }
    if (!model.bottleneckStride().equals(RunConfig.defaults().model().bottleneckStride())) {
      name.append('_').append(model.bottleneckStride());
    }
    if (gate.exists()) {
      name.append("_gate_").append(gate.kind().text());
      if (gate.penalty() != GatePenalty.NONE) {
        name.append('_').append(gate.penalty().text());
      }
      if (gate instanceof UnitGateSpec unit && unit.kernel() != GateKernel.ELEMENT_1X1) {
        name.append('_').append(unit.kernel().text());
      }
      if (!gate.hasPublishedPlace()) {
        name.append("_b");
        gate.stages().forEach(name::append);
        if (gate.isLate()) {
          gate.after().forEach(units -> name.append('_').append(units));
        }
      }
    }
    return name.toString();
  }

  private static String gate(Parts parts) {
    if (parts.gateIters() == 0) {
      return "";
    }
    String constant = parts.gateConstant() ? "c" : "";
    return "it" + parts.gateIters() + "g" + rate(parts.lrGate()) + constant;
  }

  private static String dataset(String dataset) {
    int colon = dataset.indexOf(':');
    if (colon > 0) {
      String path = dataset.substring(colon + 1).replaceFirst("[/\\\\]+$", "");
      String name = path.replaceFirst("^.*[/\\\\]", "").replaceFirst("\\.csv$", "");
      return fileSafe(dataset.substring(0, colon) + "-" + name);
    }
    return fileSafe(dataset.replaceFirst("^cifar(?=\\d)", "c"));
  }

  private static String schedule(Parts parts) {
    long batches = parts.trainImages() / parts.batchSize();
    List<Long> thousands =
        parts.milestones().stream()
            .map(epoch -> Math.round((double) (epoch * batches) / BATCHES_A_UNIT))
            .toList();
    boolean twoDigits = thousands.stream().allMatch(count -> count >= 10 && count <= 99);
    boolean distinct = thousands.stream().distinct().count() == thousands.size();
    if (!thousands.isEmpty() && twoDigits && distinct) {
      return joined(thousands, "");
    }
    return parts.epochs() + "ep" + joined(parts.milestones(), "-");
  }

  private static String joined(List<? extends Number> numbers, String separator) {
    return numbers.stream().map(Number::toString).collect(Collectors.joining(separator));
  }

  /** {@code -2} for 0.01; {@code 5e-2} for 0.05; {@code 0} for 1. */
  private static String rate(double rate) {
    if (!(rate >= 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException("learning rate " + rate);
    }
    BigDecimal exact = BigDecimal.valueOf(rate).stripTrailingZeros();
    String exponent = String.valueOf(-exact.scale());
    String digits = exact.unscaledValue().toString();
    return digits.equals("1") ? exponent : digits + "e" + exponent;
  }

  /** Letters, digits, dots, pluses, dashes and underscores of ASCII; a dash for all else. */
  private static String fileSafe(String text) {
    String safe = text.replaceAll("[^A-Za-z0-9._+-]+", "-");
    return safe.substring(0, Math.min(MAX_PART, safe.length()));
  }
}
