package dev.softgate.config;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The recipes of this program: differences from a base (decision 0036). */
public final class Presets {

  /** Today's defaults as a base. */
  private static final String DEFAULTS = "defaults";

  /** What recipes start from, and nobody trains. */
  static final List<String> BASES = List.of("published-cifar10");

  private static final List<String> NAMES =
      List.of(
          "quickstart",
          "mislabeled",
          "fast-small",
          "c10-resnet110-baseline",
          "c10-resnet110-it1",
          "c10-resnet110-it1-step",
          "c10-resnet110-it1-lr1e-3",
          "c10-resnet110-it1-lr1e-3-step",
          "c10-resnet110-it3",
          "c10-resnet110-it3-step",
          "c10-resnet110-it3-lr1e-3",
          "c10-resnet110-it3-lr1e-3-step",
          "c10-resnet110-it1-lrby3-47",
          "c10-resnet110-it1-lr1e-3-step-lrby3-47",
          "c10-resnet110-it1-lrby3-4770",
          "c10-resnet110-it1-lr1e-3-step-lrby3-4770",
          "c10-resnet110-it1-val1e-3",
          "c10-resnet110-it1-val1e-2",
          "c10-resnet110-it1-val2e-2",
          "c10-resnet110-it1-val2e-1",
          "c10-resnet110-it1-val5e-1",
          "c10-resnet110-it1-3248",
          "c10-resnet110-b3b2",
          "c10-resnet110-entropy",
          "c10-resnet110-sigmoid-l2",
          "c10-resnet110-two-way-ce",
          "c10-resnet110-two-way-bce",
          "c10-resnet110-exclusive",
          "c10-resnet110-exclusive-l2",
          "c10-resnet110-exclusive-ce-1x1-element",
          "c10-resnet110-exclusive-ce-1x1-tube",
          "c10-resnet110-exclusive-ce-3x3-tube",
          "c10-resnet110-shortcut",
          "c10-resnet110-shortcut-l2",
          "c10-preresnet110-baseline",
          "c10-resnet34-baseline",
          "c10-resnet34-classifier",
          "c10-resnet34-entropy",
          "c10-resnet34-entropy-raw",
          "c10-resnet34-sigmoid-l2",
          "c100-resnet110-baseline",
          "c100-resnet110-it1",
          "c100-resnet110-it1-step",
          "c100-resnet110-it1-lr1e-3",
          "c100-resnet110-it1-lr1e-3-step",
          "c100-resnet164-baseline",
          "c100-resnet164-it1",
          "c100-resnet164-it1-step",
          "c100-resnet164-it1-lr1e-3",
          "c100-resnet164-it1-lr1e-3-step",
          "c100-resnet164-it3",
          "c100-resnet164-it3-step",
          "c100-resnet164-it3-lr1e-3",
          "c100-resnet164-it3-lr1e-3-step");

  /** The names, the quickest first. */
  public static List<String> names() {
    return NAMES;
  }

  /** The configuration of that name; throws BadInputException, listing the names, for others. */
  public static RunConfig load(String name) {
    if (!NAMES.contains(name)) {
      throw new BadInputException(
          "{preset} " + name + ": no such recipe; there are " + String.join(", ", NAMES));
    }
    return RunConfig.parse(text(name), "recipe " + name);
  }

  /**
   * What a file lists its differences from: a recipe, {@code published-cifar10}, {@code defaults}.
   */
  public static RunConfig base(String name, String source) {
    if (name.equals(DEFAULTS)) {
      return RunConfig.defaults();
    }
    if (!BASES.contains(name) && !NAMES.contains(name)) {
      throw new BadInputException(
          "%s: base: no recipe %s; there are %s, %s, %s"
              .formatted(
                  source, name, DEFAULTS, String.join(", ", BASES), String.join(", ", NAMES)));
    }
    return RunConfig.parse(text(name), "recipe " + name);
  }

  /** The recipe as it is written, heading included. */
  static String text(String name) {
    try (InputStream in = Presets.class.getResourceAsStream("/recipes/" + name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("no recipe " + name + " in the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Presets() {}
}
