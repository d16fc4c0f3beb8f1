package dev.softgate.config;

import dev.softgate.data.Augmentation;
import dev.softgate.data.SplitKind;
import dev.softgate.gate.GateFamily;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GatePenalty;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Settings that were given and change nothing in this configuration: the person should know. */
public final class EffectlessSettings {

  /** "KEY has no effect: REASON" for some configurations. */
  private record Rule(Set<String> keys, Predicate<RunConfig> when, String reason) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule(ofAnyGate(), config -> gate(config) == GateKind.NONE, "the network has no gate"),
          new Rule(
              Set.of("gate-kernel", "gate-bias"),
              config -> gated(config) && gate(config).family() != GateFamily.UNIT,
              "only gates in units have it"),
          new Rule(
              Set.of("gate-after", "gate-tap", "gate-calibration", "gate-mix"),
              config -> gated(config) && gate(config).family() != GateFamily.STAGE,
              "only gates on stages have it"),
          new Rule(
              Set.of("lr-gate", "schedule-gate", "gate-iters"),
              config -> gated(config) && !gate(config).trainsItself(),
              "this gate learns with the backbone"),
          new Rule(
              Set.of("lambda-mem"),
              config -> gated(config) && config.model().gatePenalty() == GatePenalty.NONE,
              "the gate has no {gate-penalty}"),
          new Rule(
              Set.of("memory-share", "memory-density"),
              config -> gate(config).family() != GateFamily.CHANNELS,
              "only {gate} memory has it"),
          new Rule(
              Set.of("warm-up-lr"),
              config -> config.optimization().warmUpEpochs() == 0,
              "there is no warm-up; give {warm-up-epochs}"),
          new Rule(
              Set.of("momentum", "nesterov"),
              config -> config.optimization().optimizer() != OptimizerKind.SGD,
              "only {optimizer} sgd has it"),
          new Rule(
              Set.of("lr-decay-gamma"),
              config -> config.optimization().schedule().milestones().isEmpty(),
              "there are no epochs in {schedule}"),
          new Rule(
              Set.of("lr-min"),
              config -> !fallsToLeast(config.optimization()),
              "{schedule} is no cosine and not linear, and {schedule-gate} is no cosine"),
          new Rule(
              Set.of("units-init", "stem-init"),
              config -> !config.optimization().init().equals("scratch"),
              "the weights are imported; leave out {init}"),
          new Rule(
              Set.of("logit-scale"),
              config -> config.optimization().takesClassification(),
              "the classification is imported; leave out {init}"),
          new Rule(
              Set.of("lr-imported"),
              config -> config.optimization().init().equals("scratch"),
              "no weights are imported; give {init}"),
          new Rule(
              Set.of("anneal-epochs"),
              config -> config.skipping().targetSkip() == null,
              "there is no {target-skip}"),
          new Rule(
              Set.of("distill-weight", "distill-temperature"),
              config -> config.skipping().distill() == null,
              "there is no {distill}"),
          new Rule(
              Set.of("crop-area", "crop-ratio"),
              config -> config.data().augment() != Augmentation.RESIZED_CROP,
              "only {augment} resized-crop has it"),
          new Rule(
              Set.of("crop-shift", "crop-fill"),
              config -> config.data().augment() != Augmentation.CROP_FLIP,
              "only {augment} crop-flip has it"),
          new Rule(
              Set.of("flip"),
              config -> config.data().augment() == Augmentation.NONE,
              "{augment} none does not mirror"),
          new Rule(
              Set.of("score"),
              config -> config.data().dropSuspects() == null,
              "there is no {drop-suspects}"),
          new Rule(
              Set.of("limit-val"),
              EffectlessSettings::holdsNoneOut,
              "no images are held out ({val-fraction} 0)"),
          new Rule(
              Set.of("val-fraction"),
              config -> config.data().split() == SplitKind.GIVEN,
              "{split} given takes the validation images that the set names"),
          new Rule(
              Set.of("data-dir", "data-url"),
              config -> !config.data().dataset().startsWith("cifar"),
              "only cifar10 and cifar100 have it"));

  private EffectlessSettings() {}

  /** Settings that need a gate and no more. */
  private static Set<String> ofAnyGate() {
    return Settings.all().stream()
        .filter(key -> key.setting().ofGate() && !key.section().equals("skipping"))
        .map(ConfigKey::name)
        .filter(name -> !name.equals("gate") && !name.startsWith("memory-"))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** A line for each given setting without effect, with settings as {@code {key}}. */
  public static List<String> notes(Set<String> given, RunConfig config) {
    return RULES.stream()
        .filter(rule -> rule.when().test(config))
        .flatMap(
            rule ->
                rule.keys().stream()
                    .filter(given::contains)
                    .sorted()
                    .map(key -> "{" + key + "} has no effect: " + rule.reason()))
        .toList();
  }

  /** Whether nothing validates, whatever the set is. */
  private static boolean holdsNoneOut(RunConfig config) {
    DataConfig data = config.data();
    boolean mayBeNamed =
        data.split() == SplitKind.GIVEN
            || (data.split() == SplitKind.AUTO && data.dataset().contains(":"));
    return data.valFraction() == 0 && !mayBeNamed;
  }

  private static boolean fallsToLeast(OptimizationConfig optimization) {
    return optimization.schedule().isCurved() || optimization.scheduleGate() == GateSchedule.COSINE;
  }

  private static boolean gated(RunConfig config) {
    return gate(config) != GateKind.NONE;
  }

  private static GateKind gate(RunConfig config) {
    return config.model().gate();
  }
}
