package dev.softgate.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.config.RunConfig;
import dev.softgate.model.ResNet;
import dev.softgate.torch.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterGroupTest {

  private static final RunConfig CONFIG =
      RunConfig.defaults().with(Map.of("depth", "14", "lr-imported", "0.1"));

  /** The modules whose parameters have the full rate. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "features:run | none       | fc",
        "features:run | sigmoid    | fc g_layer",
        "features:run | classifier | fc", // the gate's own optimizer has another rate anyway
        "features:run | exclusive  | fc gate_layer",
        "baseline:run | none       | ",
        "baseline:run | sigmoid    | g_layer",
        "scratch      | none       | bn1 conv1 fc units",
      })
  void lowersTheRateOfWhatIsImported(String init, String gate, String full) {
    RunConfig config = CONFIG.with(Map.of("init", init, "gate", gate));
    ResNet network = new ResNet(config.model().spec(3), 1);
    List<ParameterGroup> groups = ParameterGroup.of(config.optimization(), network);
    Map<Parameter, String> names = new LinkedHashMap<>();
    network.mainParameters().forEach((name, parameter) -> names.put(parameter, name));

    assertThat(groups.stream().flatMap(group -> group.parameters().stream()))
        .as("the order of the optimizer's buffers")
        .containsExactlyElementsOf(network.mainParameters().values());
    assertThat(groups).extracting(ParameterGroup::rateFactor).isSubsetOf(0.1, 1.0);
    Set<String> atFullRate =
        groups.stream()
            .filter(group -> group.rateFactor() == 1)
            .flatMap(group -> group.parameters().stream())
            .map(parameter -> module(names.getOrDefault(parameter, "")))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(String.join(" ", atFullRate)).isEqualTo(full == null ? "" : full);
  }

  private static String module(String name) {
    return name.contains("gate_layer")
        ? "gate_layer"
        : name.startsWith("layer") || name.startsWith("o") ? "units" : name.split("\\.", 2)[0];
  }

  @ParameterizedTest
  @CsvSource({"preresnet, none, 64, 0", "resnet, exclusive, 2, 0.25", "resnet, none, 1, 0"})
  void normsHaveRateAndDecayOfTheirOwn(String arch, String gate, double rate, String decay) {
    RunConfig config =
        CONFIG.with(
            Map.of(
                "arch", arch,
                "gate", gate,
                "lr-norms", Double.toString(rate),
                "norm-weight-decay", decay));
    ResNet network = new ResNet(config.model().spec(3), 1);
    Map<Parameter, ParameterGroup> groups = new LinkedHashMap<>();
    ParameterGroup.of(config.optimization(), network)
        .forEach(group -> group.parameters().forEach(each -> groups.put(each, group)));

    assertThat(groups.keySet()).containsExactlyElementsOf(network.mainParameters().values());
    network
        .mainParameters()
        .forEach(
            (name, parameter) -> {
              boolean ofNorm =
                  network.state().containsKey(name.replaceAll("[^.]+$", "running_var"));
              ParameterGroup group = Objects.requireNonNull(groups.get(parameter));
              assertThat(group.rateFactor()).as(name).isEqualTo(ofNorm ? rate : 1);
              assertThat(group.weightDecay())
                  .as(name)
                  .isEqualTo(ofNorm ? Double.parseDouble(decay) : 1e-4);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "scratch, sgd, 0.01, 0.01",
    "features:r, sgd, 0.01, 0.01",
    "baseline:r, sgd, 0.1, 1e-4",
    "scratch, adamw, 0.1, 1e-3"
  })
  void scaledLogitsAreOfADrawnClassification(
      String init, String optimizer, double rate, double decay) {
    RunConfig config =
        CONFIG.with(
            Map.of("init", init, "optimizer", optimizer, "lr", "0.01", "logit-scale", "0.1"));
    ResNet network = new ResNet(config.model().spec(3), 1);
    List<ParameterGroup> groups = ParameterGroup.of(config.optimization(), network);
    ParameterGroup last = groups.get(groups.size() - 1);
    assertThat(last.parameters())
        .contains(network.classifier().weight(), network.classifier().bias());
    assertThat(last.rateFactor()).isCloseTo(rate, within(1e-12));
    assertThat(last.weightDecay()).isCloseTo(decay, within(1e-12));
  }

  @Test
  void oneRateIsOneGroup() {
    RunConfig config = CONFIG.with(Map.of("init", "features:run", "lr-imported", "1"));
    ResNet network = new ResNet(config.model().spec(3), 1);
    assertThat(ParameterGroup.of(config.optimization(), network)).hasSize(1);
  }
}
