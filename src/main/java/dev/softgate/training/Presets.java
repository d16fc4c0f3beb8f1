package dev.softgate.training;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The recipes that come with the program: complete configurations whose heading says where they
 * come from, the command, and the accuracy and time to expect.
 */
public final class Presets {

  private static final List<String> NAMES =
      List.of(
          "quickstart",
          "c10-resnet110-baseline",
          "c10-resnet110-it1",
          "c10-resnet110-it1-step",
          "c10-resnet110-it1-lr1e-3",
          "c10-resnet110-it1-lr1e-3-step",
          "c10-resnet110-it3",
          "c10-resnet110-it3-step",
          "c10-resnet110-it3-lr1e-3",
          "c10-resnet110-it3-lr1e-3-step",
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

  /**
   * The configuration of that name.
   *
   * @throws BadInputException listing the names, if there is none
   */
  public static RunConfig load(String name) {
    if (!NAMES.contains(name)) {
      throw new BadInputException(
          "--preset " + name + ": no such recipe; there are " + String.join(", ", NAMES));
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
