package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.config.Presets;
import java.io.IOException;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelsCommandTest {

  private static JsonNode preset(JsonNode listing, String name) {
    return StreamSupport.stream(listing.get("models").spliterator(), false)
        .filter(model -> model.get("preset").textValue().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Parameters and multiply-accumulates as torchvision documents them. */
  @ParameterizedTest
  @CsvSource({
    "resnet18, 11689512, 1.81",
    "resnet34, 21797672, 3.66",
    "resnet50, 25557032, 4.09",
    "resnet101, 44549160, 7.80",
    "resnet152, 60192808, 11.51",
    "wide_resnet50_2, 68883240, 11.40",
    "wide_resnet101_2, 126886696, 22.75"
  })
  void listsImageNetsNetworks(String arch, long parameters, double giga) throws IOException {
    JsonNode network =
        StreamSupport.stream(TinyRun.json("models", "--json").get("imagenet").spliterator(), false)
            .filter(model -> model.get("arch").textValue().equals(arch))
            .findFirst()
            .orElseThrow();
    assertThat(network.get("parameters").longValue()).isEqualTo(parameters);
    assertThat(network.get("macs").longValue() / 1e9).isCloseTo(giga, within(0.01));
    assertThat(network.get("gate").textValue()).isEqualTo("none");
  }

  @Test
  void listsPresetsWithTheirCost() throws IOException {
    JsonNode listing = TinyRun.json("models", "--json");
    assertThat(listing.fieldNames())
        .toIterable()
        .containsExactly(
            "image_size", "architectures", "gates", "gate_family", "models", "imagenet");
    assertThat(listing.get("image_size").intValue()).isEqualTo(32);
    assertThat(listing.get("architectures")).extracting(JsonNode::textValue).contains("resnet");
    assertThat(listing.get("gates")).extracting(JsonNode::textValue).contains("none", "classifier");
    assertThat(listing.get("models"))
        .extracting(model -> model.get("preset").textValue())
        .containsExactlyElementsOf(Presets.names());
    JsonNode gated = preset(listing, "c100-resnet164-it1");
    assertThat(gated.fieldNames())
        .toIterable()
        .containsExactly(
            "preset",
            "arch",
            "depth",
            "block",
            "classes",
            "bottleneck_stride",
            "shortcut",
            "stem",
            "units",
            "gate",
            "gate_at",
            "gate_after",
            "gate_tap",
            "gate_penalty",
            "gate_kernel",
            "parameters",
            "macs",
            "additional_macs",
            "additional_share",
            "published_accuracy",
            "published_deviation",
            "published_runs",
            "published_source");
    assertThat(gated.get("classes").intValue()).isEqualTo(100);
    assertThat(gated.get("published_accuracy").doubleValue()).isEqualTo(0.7060);
    // The gate is two linear layers with biases: 256 features, 512 hidden, 100 classes.
    assertThat(gated.get("parameters").longValue())
        .isEqualTo(
            preset(listing, "c100-resnet164-baseline").get("parameters").longValue()
                + (256 + 1) * 512
                + (512 + 1) * 100);
    assertThat(preset(listing, "quickstart").get("published_accuracy").isNull()).isTrue();
  }

  /** ResNet-14 has two units a stage, so one additional unit. */
  @Test
  void countsTheRequestedModel() throws IOException {
    JsonNode models =
        TinyRun.json("models", "--json", "--depth", "14", "--classes", "7", "--gate", "none")
            .get("models");
    assertThat(models).hasSize(1);
    JsonNode model = models.get(0);
    long unit3 = 2L * 9 * 64 * 64; // weights of the one additional unit, at 8×8 pixels
    assertThat(model.get("additional_macs").longValue()).isEqualTo(unit3 * 8 * 8);
    assertThat(model.get("additional_share").doubleValue())
        .isCloseTo(unit3 * 64.0 / model.get("macs").doubleValue(), within(1e-12));
    assertThat(model.get("preset").isNull()).isTrue();
    long atTwice =
        TinyRun.json("models", "--json", "--depth=14", "--gate=none", "--image-size=64")
            .get("models")
            .get(0)
            .get("additional_macs")
            .longValue();
    assertThat(atTwice).isEqualTo(4 * unit3 * 8 * 8);
  }

  @Test
  void printsATable() {
    CommandRun run = TinyRun.run("models");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("none, classifier")
        .containsPattern("(?m)^c10-resnet110-it1 +resnet +110 +basic +10 +classifier +1,769,124 ")
        .contains("93.62% ± 0.06 (3, logs2019)");
  }

  @ParameterizedTest
  @CsvSource({
    "--depth=15, nearest: 14 or 20",
    "--depth=x, --depth",
    "--block=wide, 'basic, bottleneck'",
    "--gate=magic, --gate",
    "--classes=0, classes",
    "--classes=ten, --classes",
    "--image-size=0, --image-size",
  })
  void rejectsUnknownModels(String option, String says) {
    CommandRun run = TinyRun.run("models", option);
    assertThat(run.err()).startsWith("softgate: ").contains(says).hasLineCount(1);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }
}
