package dev.softgate.evaluation;

import dev.softgate.BadInputException;
import dev.softgate.gate.GateSignal;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.StageGate;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.Leg;
import dev.softgate.model.ResNet;
import dev.softgate.torch.DType;
import dev.softgate.torch.NoGradient;
import dev.softgate.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A gated network that computes additional layers only for images that pass its gates.
 *
 * <pre>
 *  for each gated stage
 *   o1 = shared units of all images
 *   g  = gate(o1)
 *   x  = o1 if the rule skips, else the blend of o1 and o2 = additional units
 *  logits = fc(pool(x))
 * </pre>
 *
 * <p>With the soft blend and no skipped image, this is the ordinary network. Except for rounding,
 * an image's result does not depend on the other images in the batch. Batch norms use the running
 * statistics. The network's engine is shared, so only one thread at a time may call this network.
 *
 * @param network the network, in its state and with its engine at each call
 * @param blend the features with which images that pass a gate continue
 */
public record SkippingNetwork(ResNet network, SkipBlend blend) {

  /**
   * Checks the network.
   *
   * @throws BadInputException where it has nothing to skip; see {@link GateSpec#reasonNotToSkip}
   */
  public SkippingNetwork {
    String reason = network.spec().gate().reasonNotToSkip();
    if (reason != null) {
      throw new BadInputException("nothing can be skipped: " + reason);
    }
  }

  /**
   * Classifies a batch.
   *
   * @param images N×3×H×W, float32, normalized; N, H and W at least 1
   */
  public Forward forward(Tensor images, SkipRule rule) {
    return NoGradient.compute(() -> run(images, rule));
  }

  private Forward run(Tensor images, SkipRule rule) {
    BackboneEngine engine = network.engine();
    List<Leg> legs = network.backbone().legs();
    List<GateSignal> signals = new ArrayList<>();
    List<boolean[]> used = new ArrayList<>();
    Tensor x = images;
    for (Leg leg : legs) {
      boolean last = leg.index() == legs.size() - 1;
      Tensor o1 = engine.shared(leg, x); // N×C×H×W
      x = last ? o1.globalAveragePool() : o1; // after the last stage, pooled features are mixed,
      // N×C
      StageGate gate = network.gate(leg);
      if (gate != null) {
        GateSignal signal = gate.forward(o1);
        float[] g = signal.g().toFloats();
        boolean[] uses = decide(rule, signals.size(), g);
        signals.add(signal);
        used.add(uses);
        int[] chosen = IntStream.range(0, g.length).filter(i -> uses[i]).toArray();
        if (chosen.length > 0) {
          Tensor o2 = engine.additional(leg, o1, chosen); // M×C×H×W
          x = scatter(x, last ? o2.globalAveragePool() : o2, chosen, g);
        }
      }
    }
    return new Forward(network.classifier().forward(x), signals, used);
  }

  private static boolean[] decide(SkipRule rule, int gate, float[] g) {
    boolean[] uses = new boolean[g.length];
    for (int i = 0; i < g.length; i++) {
      uses[i] = rule.uses(gate, i, g[i]);
    }
    return uses;
  }

  /**
   * Returns o1 of all images, N×…, with the blend in place of the chosen images. The result reuses
   * o1's memory, because o1 is not needed anymore.
   */
  private Tensor scatter(Tensor entry, Tensor exit, int[] chosen, float[] g) {
    if (blend == SkipBlend.HARD) {
      return chosen.length == g.length ? exit : replaced(entry, chosen, exit);
    }
    float[] weights = new float[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      weights[i] = g[chosen[i]];
    }
    long[] shape = new long[entry.shape().length];
    Arrays.fill(shape, 1);
    shape[0] = -1;
    Tensor from = (chosen.length == g.length ? entry : entry.select(chosen)).to(DType.FLOAT32);
    Tensor weight = Tensor.ofFloats(entry.device(), weights, weights.length).view(shape);
    Tensor mix = from.add(weight.multiply(exit.subtract(from)));
    return chosen.length == g.length ? mix : replaced(entry.to(DType.FLOAT32), chosen, mix);
  }

  private static Tensor replaced(Tensor entry, int[] chosen, Tensor rows) {
    entry.replaceInPlace(chosen, rows);
    return entry;
  }

  /**
   * The result of a forward pass. The scope in which it ran owns the tensors.
   *
   * @param logits float32, N×K
   * @param gates the signal of each gate, in the order of the stages
   * @param used whether an image used the layers behind a gate, gates×N
   */
  public record Forward(Tensor logits, List<GateSignal> gates, List<boolean[]> used) {}
}
