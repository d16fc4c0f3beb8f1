package dev.softgate.config;

import dev.softgate.Range;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a network learns to leave layers out; see {@code HardGates} and {@code Distillation}. */
public record SkippingConfig(
    @Setting(
            help =
                "Share of the images that is to skip, one for all gates or one for each; hard "
                    + "gates without it, or with none, learn to work at any threshold",
            label = "SHARE",
            form = Form.NOT_EMPTY,
            earlier = "none",
            ofGate = true)
        @Range(from = 0, to = 1)
        @Nullable List<Double> targetSkip,
    @Setting(
            help = "Number of first epochs over which the share that skips rises from 0",
            value = "0",
            earlier = "0",
            ofGate = true)
        @Range(from = 0, to = 1_000_000)
        int annealEpochs,
    @Setting(
            help =
                "Weight of a second classification loss, that of the network where all images "
                    + "skip at the last gate; hard gates only",
            label = "W",
            value = "0.0",
            earlier = "0.0",
            ofGate = true)
        @Range(from = 0)
        double skipLoss,
    @Setting(
            help =
                "Learn from this network's predictions too, such as the one of {init}; none for "
                    + "labels alone",
            label = "RUN",
            earlier = "none",
            ofGate = true)
        @Nullable Path distill,
    @Setting(
            help =
                "Weight of those predictions in the classification loss; the labels have the rest",
            value = "0.9",
            earlier = "0.9",
            ofGate = true)
        @Range(from = 0, to = 1)
        double distillWeight,
    @Setting(
            help = "Temperature, by which the logits of both networks are divided",
            label = "T",
            value = "4.0",
            earlier = "4.0",
            ofGate = true)
        @Range(from = 0, above = true)
        double distillTemperature) {

  public SkippingConfig {
    targetSkip = targetSkip == null ? null : List.copyOf(targetSkip);
  }
}
