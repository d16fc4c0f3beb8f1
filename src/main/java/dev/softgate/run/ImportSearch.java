package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Dataset;
import dev.softgate.data.Normalization;
import dev.softgate.engine.Compute;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.GateTap;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ResNet;
import dev.softgate.model.ShortcutKind;
import dev.softgate.model.StateRecognition.Hints;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides by a known accuracy what names and shapes leave open: evaluates every network that fits
 * them, with every common normalization of pixels, on test images.
 */
public final class ImportSearch {

  /** How far from the known accuracy the right network may be: others round, and decode images. */
  private static final double TOLERANCE = 0.005;

  /** Two candidates this near to each other may be either: half the last digit of 0.917. */
  private static final double TIE = 0.0005;

  /** The number of images of a first look, every k-th; most candidates need no more. */
  private static final int LOOK = 1000;

  /** Deviations of a look's accuracy by which a candidate that is right may miss. */
  private static final double DEVIATIONS = 5;

  private static final Logger LOG = LoggerFactory.getLogger(ImportSearch.class);

  private static final List<String> NORMALIZATIONS =
      List.of(
          "0.4914,0.4822,0.4465/0.2023,0.1994,0.2010",
          "0.4914,0.4822,0.4465/0.2470,0.2435,0.2616",
          "0.5071,0.4867,0.4408/0.2675,0.2565,0.2761",
          ImportedImages.IMAGENET_PIXELS,
          "0.5,0.5,0.5/0.5,0.5,0.5",
          "0,0,0/1,1,1");

  /**
   * A network that the file may hold, and what it reaches.
   *
   * @param images on how many test images
   */
  public record Candidate(
      ModelSpec spec, Normalization normalization, double accuracy, int images) {

    private double distance(double expected) {
      return Math.abs(accuracy - expected);
    }

    /** The options that select this candidate. */
    public String options() {
      StringBuilder text = new StringBuilder();
      if (spec.shortcut() != ShortcutKind.PROJECTION) {
        text.append("--shortcut ").append(spec.shortcut().text()).append(' ');
      }
      if (spec.block().expansion() > 1) {
        text.append("--bottleneck-stride ").append(spec.block().stride()).append(' ');
      }
      if (spec.gate() instanceof StageGateSpec gate) {
        text.append("--gate-tap ").append(gate.tap().text());
        text.append(" --gate-calibration ").append(gate.calibration().text()).append(' ');
      }
      String[] pixels = normalization.text().split("/", -1);
      return text.append("--pixel-mean %s --pixel-std %s".formatted(pixels[0], pixels[1]))
          .toString();
    }

    /** Options and accuracy in one line. */
    public String line() {
      return String.format(Locale.ROOT, "%s: %.4f of %,d images", options(), accuracy, images);
    }
  }

  private final ImportedNetwork imported;
  private final Map<String, HostTensor> state;
  private final RunConfig config;
  private final Dataset dataset;

  private ImportSearch(ImportedNetwork imported, RunConfig config, Dataset dataset) {
    this.imported = imported;
    this.state = imported.network().state();
    this.config = config;
    this.dataset = dataset;
  }

  /**
   * Evaluates all candidates.
   *
   * @param config how to compute
   * @return nearest to the expected accuracy first; of equally near ones the published first
   * @throws BadInputException if the set has other classes than the network
   */
  public static List<Candidate> run(
      ImportedNetwork imported, double expected, RunConfig config, Dataset dataset) {
    int classes = imported.network().spec().classes();
    if (dataset.classes() != classes) {
      throw new BadInputException(
          "{dataset} %s has %d classes and the network %d; give the set that it was trained on"
              .formatted(dataset.name(), dataset.classes(), classes));
    }
    if (dataset.test().count() == 0) {
      throw new BadInputException(
          "{dataset} %s has no test images to evaluate on; give a set that has"
              .formatted(dataset.name()));
    }
    List<Candidate> candidates = new ImportSearch(imported, config, dataset).evaluate(expected);
    candidates.sort(
        Comparator.comparingDouble((Candidate c) -> tied(c.distance(expected)))
            .thenComparing(c -> -c.images()));
    return candidates;
  }

  /** Distances that are equal but for rounding compare as equal, so that the order stays. */
  private static double tied(double distance) {
    return Math.rint(distance * 1e6);
  }

  /**
   * The network as its nearest candidate, with a note where others are as near.
   *
   * @throws BadInputException if every accuracy is more than 0.005 away from the expected one
   */
  public static ImportedNetwork nearest(
      ImportedNetwork imported, List<Candidate> nearestFirst, double expected) {
    Candidate best = nearestFirst.get(0);
    if (best.distance(expected) > TOLERANCE) {
      throw new BadInputException(
          "{expect-accuracy} %s: nothing that %s may hold comes within %s of it; nearest first: %s"
              .formatted(expected, imported.request().file(), TOLERANCE, list(nearestFirst)));
    }
    List<Candidate> ties =
        nearestFirst.subList(1, nearestFirst.size()).stream()
            .filter(each -> each.distance(expected) - best.distance(expected) < TIE)
            .toList();
    return imported.as(
        best,
        ties.isEmpty()
            ? List.of()
            : List.of("these images do not tell %s from %s".formatted(best.line(), list(ties))));
  }

  private List<Candidate> evaluate(double expected) {
    int all = dataset.test().count();
    int look = Math.min(all, LOOK);
    double margin =
        TOLERANCE + DEVIATIONS * Math.sqrt(Math.max(0.01, expected * (1 - expected)) / look);
    List<Candidate> candidates = new ArrayList<>();
    for (ModelSpec spec : specs()) {
      ResNet network = ResNet.restore(spec, state).named(imported.network().name());
      Compute compute = config.execution().compute(spec);
      try (BackboneEngine engine = compute.attach(network)) {
        for (Normalization normalization : normalizations()) {
          Candidate candidate = candidate(network, normalization, look);
          if (look < all && candidate.distance(expected) <= margin) {
            candidate = candidate(network, normalization, all);
          }
          LOG.info("{}", candidate.line());
          candidates.add(candidate);
        }
      }
    }
    return candidates;
  }

  private Candidate candidate(ResNet network, Normalization normalization, int images) {
    int all = dataset.test().count();
    int[] ids = IntStream.range(0, images).map(i -> (int) ((long) i * all / images)).toArray();
    double accuracy =
        new Evaluator(network, normalization).evaluate(dataset.test(), ids).metrics().accuracy();
    return new Candidate(network.spec(), normalization, accuracy, images);
  }

  private List<Normalization> normalizations() {
    if (imported.request().normalization() != null) {
      return List.of(imported.normalization());
    }
    List<Normalization> all = new ArrayList<>(List.of(imported.normalization()));
    for (String text : NORMALIZATIONS) {
      Normalization normalization = Normalization.parse(text);
      if (all.stream().noneMatch(normalization::sameAs)) {
        all.add(normalization);
      }
    }
    return all;
  }

  /** Every network of these names and shapes that the hints leave, the published one first. */
  private Set<ModelSpec> specs() {
    ModelSpec published = imported.network().spec();
    Hints hints = imported.request().hints();
    Set<ModelSpec> specs = new LinkedHashSet<>();
    specs.add(published);
    boolean padded = published.shortcut() != ShortcutKind.PROJECTION && hints.shortcut() == null;
    List<ShortcutKind> shortcuts =
        padded
            ? Stream.of(ShortcutKind.values())
                .filter(kind -> kind != ShortcutKind.PROJECTION)
                .toList()
            : List.of(published.shortcut());
    List<Boolean> strides =
        hints.stridesFirst() == null ? List.of(false, true) : List.of(hints.stridesFirst());
    for (ShortcutKind shortcut : shortcuts) {
      for (boolean stridesFirst : strides) {
        for (GateSpec gate : gates(published, hints)) {
          specs.add(
              new ModelSpec(
                  published.arch(),
                  published.block().stridingFirst(stridesFirst),
                  published.depth(),
                  published.classes(),
                  shortcut,
                  gate,
                  published.layout()));
        }
      }
    }
    return specs;
  }

  private static List<GateSpec> gates(ModelSpec spec, Hints hints) {
    if (!(spec.gate() instanceof StageGateSpec gate)) {
      return List.of(spec.gate());
    }
    List<GateSpec> gates = new ArrayList<>();
    boolean open = hints.calibration() == null && gate.kind().isCalibrated();
    for (GateTap tap : hints.tap() == null ? GateTap.values() : new GateTap[] {gate.tap()}) {
      for (GateCalibration calibration :
          open ? GateCalibration.values() : new GateCalibration[] {gate.calibration()}) {
        if (calibration != GateCalibration.PUBLISHED
            || spec.classes() == 10
            || spec.classes() == 100) {
          gates.add(gate.looking(tap, calibration));
        }
      }
    }
    return gates;
  }

  /** The candidates in one line. */
  private static String list(List<Candidate> candidates) {
    return candidates.stream().map(Candidate::line).collect(Collectors.joining("; "));
  }
}
