package dev.softgate.run;

import dev.softgate.config.Presets;
import dev.softgate.config.Settings;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GatePenalty;
import java.util.Arrays;
import java.util.List;

/**
 * What {@code models} reports.
 *
 * @param imageSize height and width of the images that the costs are for, in pixels
 * @param architectures the values of {@code --arch}
 * @param gates the values of {@code --gate}
 * @param gateFamily how the gates differ
 * @param models networks with their cost
 * @param imagenet the networks that {@code --arch} knows by name, with ImageNet's stem and size;
 *     empty where other networks were asked for
 */
public record ModelsReport(
    int imageSize,
    List<String> architectures,
    List<String> gates,
    List<GateListing> gateFamily,
    List<ModelListing> models,
    List<ModelListing> imagenet) {

  /**
   * A gate at a glance.
   *
   * @param sits where in the network
   * @param sees what it looks at
   * @param trained by itself, or with the network
   * @param penalties the penalties that it can have
   */
  public record GateListing(
      String gate, String sits, String sees, String trained, List<String> penalties) {

    private static GateListing of(GateKind kind) {
      return new GateListing(
          kind.text(),
          kind.family().sits(),
          kind.sees(),
          kind.trainsItself() ? "by itself" : kind == GateKind.NONE ? "-" : "with the network",
          kind.penalties().stream().map(GatePenalty::text).toList());
    }
  }

  /** Lists networks. */
  public static ModelsReport of(List<ModelListing> models, int imageSize) {
    return of(models, List.of(), imageSize);
  }

  private static ModelsReport of(
      List<ModelListing> models, List<ModelListing> imagenet, int imageSize) {
    return new ModelsReport(
        imageSize,
        Settings.of("arch").choices(),
        Settings.of("gate").choices(),
        Arrays.stream(GateKind.values()).map(GateListing::of).toList(),
        models,
        imagenet);
  }

  /** Lists the networks of all recipes, and those known by name. */
  public static ModelsReport ofRecipes(int imageSize) {
    return of(
        Presets.names().stream().map(name -> ModelListing.ofRecipe(name, imageSize)).toList(),
        ModelListing.ofImageNet(),
        imageSize);
  }
}
