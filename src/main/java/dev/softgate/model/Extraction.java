package dev.softgate.model;

import dev.softgate.BadInputException;
import dev.softgate.gate.GateSpec;
import dev.softgate.interop.HostTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Removes the channels that belong to single images. The smaller network computes what the source
 * computes with its owned channels off: they are zero, so the rows that write them (last
 * convolution, projection and their norms) and the columns that read them (next unit or classifier)
 * go. Channels inside a unit stay.
 */
public final class Extraction {

  private final Map<String, HostTensor> source;
  private final Map<String, HostTensor> state;

  private Extraction(Map<String, HostTensor> source) {
    this.source = source;
    this.state = new LinkedHashMap<>(source);
  }

  /**
   * The network without its owned channels.
   *
   * @param source the network's state with the owned channels off, by published name
   * @throws BadInputException if the network has no owned channels
   */
  public static ResNet of(ResNet network, Map<String, HostTensor> source) {
    ModelSpec spec = network.spec();
    if (!spec.gate().ownsChannels()) {
      throw new BadInputException(
          "nothing to leave behind: the network has {gate} %s, not {gate} memory"
              .formatted(spec.gate().kind().text()));
    }
    Extraction extraction = new Extraction(source);
    int[] widths = new int[spec.stages()];
    int in = spec.stemChannels();
    List<Unit> units = network.backbone().units().toList();
    int next = 0;
    for (int stage = 1; stage <= widths.length; stage++) {
      for (int i = 0; i < spec.units(stage); i++) {
        ResidualUnit unit = (ResidualUnit) units.get(next++);
        extraction.narrow(spec.unitName(stage, i), unit, in);
        in = unit.general();
      }
      widths[stage - 1] = in;
    }
    extraction.keep("fc.weight", 1, in);
    return ResNet.restore(
        new ModelSpec(
            spec.arch(),
            spec.block(),
            spec.depth(),
            spec.classes(),
            spec.shortcut(),
            GateSpec.none(),
            new Layout(
                spec.stem(),
                spec.layout().units(),
                IntStream.of(widths).boxed().toList(),
                IntStream.rangeClosed(1, widths.length).mapToObj(spec::inner).toList(),
                spec.layout().stemWidth())),
        extraction.state);
  }

  private void narrow(String name, ResidualUnit unit, int in) {
    int out = unit.general();
    int last = unit.branch().size();
    keep(name + ".conv1.weight", 1, in);
    keep(name + ".conv" + last + ".weight", 0, out);
    keepNorm(name + ".bn" + last, out);
    if (unit.projection() != null) {
      keep(name + ".downsample.0.weight", 1, in);
      keep(name + ".downsample.0.weight", 0, out);
      keepNorm(name + ".downsample.1", out);
    }
  }

  private void keepNorm(String name, int channels) {
    for (String part : List.of("weight", "bias", "running_mean", "running_var")) {
      keep(name + "." + part, 0, channels);
    }
  }

  /** Keeps the first {@code count} of a dimension of a tensor. */
  private void keep(String name, int dimension, int count) {
    HostTensor tensor = state.get(name);
    if (tensor == null) {
      throw new IllegalStateException(
          "no " + name + " among the " + source.size() + " tensors of the network");
    }
    state.put(name, tensor.first(dimension, count));
  }
}
