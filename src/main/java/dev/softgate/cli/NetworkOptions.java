package dev.softgate.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which network, for commands that need none that was trained. */
final class NetworkOptions {

  @Option(
      names = "--arch",
      paramLabel = "NAME",
      description = "resnet, preresnet or resnet34 (resnet)")
  @Nullable String arch;

  @Option(
      names = "--depth",
      paramLabel = "N",
      description = "Layers: 6n+2 with basic blocks, 9n+2 with bottlenecks (110)")
  @Nullable String depth;

  @Option(names = "--block", paramLabel = "KIND", description = "basic or bottleneck (basic)")
  @Nullable String block;

  @Option(
      names = "--shortcut",
      paramLabel = "KIND",
      description = "projection, pad, pad-end or subsample-end (projection)")
  @Nullable String shortcut;

  @Option(
      names = "--bottleneck-stride",
      paramLabel = "KERNEL",
      description = "Which convolution of a bottleneck strides: 3x3 or 1x1 (3x3)")
  @Nullable String bottleneckStride;

  @Option(
      names = "--gate",
      paramLabel = "KIND",
      description = "Which member of the family, or none (classifier)")
  @Nullable String gate;

  @Option(names = "--gate-at", paramLabel = "STAGES", description = "Such as 2,3 (as published)")
  @Nullable String gateAt;

  @Option(
      names = "--gate-after",
      paramLabel = "UNITS",
      description = "Units of each of these stages before its gate, such as 3,1 (1)")
  @Nullable String gateAfter;

  @Option(names = "--gate-penalty", paramLabel = "KIND", description = "What presses on it (none)")
  @Nullable String gatePenalty;

  @Option(
      names = "--gate-kernel",
      paramLabel = "KIND",
      description = "Of a gate in units (1x1-element)")
  @Nullable String gateKernel;

  @Option(
      names = "--widths",
      paramLabel = "C",
      description = "Channels of each stage, inside its units and out (the architecture's)")
  @Nullable String widths;

  @Option(
      names = "--inner-widths",
      paramLabel = "C",
      description = "Channels inside each stage's units alone (those of --widths)")
  @Nullable String innerWidths;

  /** The options that were given, as texts by configuration key. */
  Map<String, String> overrides() {
    Map<String, String> overrides = new LinkedHashMap<>();
    put(overrides, "arch", arch);
    put(overrides, "depth", depth);
    put(overrides, "block", block);
    put(overrides, "shortcut", shortcut);
    put(overrides, "bottleneck-stride", bottleneckStride);
    put(overrides, "gate", gate);
    put(overrides, "gate-at", gateAt);
    put(overrides, "gate-after", gateAfter);
    put(overrides, "gate-penalty", gatePenalty);
    put(overrides, "gate-kernel", gateKernel);
    put(overrides, "widths", widths);
    put(overrides, "inner-widths", innerWidths);
    return overrides;
  }

  private static void put(Map<String, String> overrides, String key, @Nullable String text) {
    if (text != null) {
      overrides.put(key, text);
    }
  }
}
