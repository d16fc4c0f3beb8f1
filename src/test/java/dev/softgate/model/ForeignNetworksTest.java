package dev.softgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.gate.GateSpec;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.StateRecognition.Hints;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks of torchvision, timm and Hugging Face, by their names and shapes. */
class ForeignNetworksTest {

  private static ModelSpec named(Architecture arch) {
    BlockKind block = Objects.requireNonNull(arch.block());
    return new ModelSpec(
        arch,
        block,
        block.depth(arch.units()),
        5,
        ShortcutKind.PROJECTION,
        GateSpec.none(),
        Layout.behind(StemKind.IMAGENET));
  }

  private static ModelSpec free(BlockKind block, Layout layout) {
    return new ModelSpec(
        Architecture.RESNET,
        block,
        block.depth(layout.units()),
        5,
        ShortcutKind.PROJECTION,
        GateSpec.none(),
        layout);
  }

  static Stream<ModelSpec> networks() {
    return Stream.of(
        named(Architecture.RESNET18),
        named(Architecture.RESNET34),
        named(Architecture.RESNET50),
        named(Architecture.WIDE_RESNET50_2),
        free(
            BlockKind.BASIC,
            new Layout(
                StemKind.IMAGENET, List.of(1, 2, 1, 2), List.of(8, 16, 24, 32), List.of(), 0)),
        free(
            BlockKind.BOTTLENECK,
            new Layout(
                StemKind.IMAGENET,
                List.of(1, 1, 2, 1),
                List.of(16, 32, 64, 128),
                List.of(6, 12, 24, 48),
                8)),
        free(
            BlockKind.BASIC,
            new Layout(StemKind.CIFAR, List.of(2, 1, 3), List.of(), List.of(), 0)));
  }

  /** The same layers and weights, however the layout is written. */
  @ParameterizedTest
  @MethodSource("networks")
  void recognizesLayersByShapes(ModelSpec spec) {
    Map<String, HostTensor> state = new ResNet(spec).state();
    StateRecognition.Recognized found = StateRecognition.of(state, Hints.NONE, "");
    assertThat(found.spec().arch()).isEqualTo(spec.arch());
    assertThat(found.spec().stem()).isEqualTo(spec.stem());
    assertThat(shapes(new ResNet(found.spec()).state())).isEqualTo(shapes(state));
    assertThat(found.state().keySet()).isEqualTo(state.keySet());
  }

  private static Map<String, List<Long>> shapes(Map<String, HostTensor> state) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    state.forEach(
        (name, tensor) -> shapes.put(name, Arrays.stream(tensor.shape()).boxed().toList()));
    return shapes;
  }

  @ParameterizedTest
  @CsvSource({"'', fc.", "module., fc.", "backbone., fc.", "'', head.", "'', last_linear."})
  void findsTheNetworkUnderOtherNames(String prefix, String classifier) {
    Map<String, HostTensor> state = new ResNet(named(Architecture.RESNET18)).state();
    Map<String, HostTensor> renamed = new LinkedHashMap<>();
    state.forEach(
        (name, tensor) ->
            renamed.put(
                prefix + (name.startsWith("fc.") ? classifier + name.substring(3) : name), tensor));
    assertThat(StateRecognition.of(renamed, Hints.NONE, "").spec())
        .isEqualTo(named(Architecture.RESNET18));
  }

  /** The names of transformers' ResNetForImageClassification. */
  @ParameterizedTest
  @CsvSource({"RESNET18", "RESNET50"})
  void readsHuggingFaceNames(Architecture arch) {
    Map<String, HostTensor> state = new ResNet(named(arch)).state();
    Map<String, HostTensor> renamed = new LinkedHashMap<>();
    state.forEach((name, tensor) -> renamed.put(huggingFace(name), tensor));
    assertThat(renamed)
        .containsKeys(
            "resnet.embedder.embedder.convolution.weight",
            "resnet.encoder.stages.1.layers.0.shortcut.normalization.running_var",
            "resnet.encoder.stages.3.layers.1.layer.1.convolution.weight",
            "classifier.1.bias");

    StateRecognition.Recognized found = StateRecognition.of(renamed, Hints.NONE, "");

    assertThat(found.spec()).isEqualTo(named(arch));
    state.forEach(
        (name, tensor) ->
            assertThat(Objects.requireNonNull(found.state().get(name), name).data())
                .as(name)
                .isEqualTo(tensor.data()));
  }

  private static String huggingFace(String name) {
    if (name.startsWith("fc.")) {
      return "classifier.1." + name.substring(3);
    }
    String[] parts = name.split("\\.", -1);
    String last = parts[parts.length - 1];
    if (!name.startsWith("layer")) {
      boolean convolution = parts[0].equals("conv1");
      return "resnet.embedder.embedder.%s.%s"
          .formatted(convolution ? "convolution" : "normalization", last);
    }
    boolean shortcut = parts[2].equals("downsample");
    boolean convolution = shortcut ? parts[3].equals("0") : parts[2].startsWith("conv");
    int layer = shortcut ? 0 : parts[2].charAt(parts[2].length() - 1) - '1';
    return "resnet.encoder.stages.%d.layers.%s.%s.%s.%s"
        .formatted(
            parts[0].charAt(5) - '1',
            parts[1],
            shortcut ? "shortcut" : "layer." + layer,
            convolution ? "convolution" : "normalization",
            last);
  }

  /** A tensor that tells a variant, with a shape that is its own where that matters. */
  @ParameterizedTest
  @CsvSource({
    "conv1.0.weight, '32,3,3,3', a deep stem",
    "layer2.0.downsample.1.weight, '128,64,1,1', average pooling in its shortcuts",
    "layer1.0.se.fc1.weight, '16,64,1,1', attention to channels",
    "layer1.0.attn.conv.weight, '1,1,3', attention to channels",
    "layer2.0.aa.filt, '1,1,3,3', blur pooling",
    "layer1.0.convs.0.weight, '26,26,3,3', split convolutions",
    "attnpool.q_proj.weight, '64,64', attention pooling",
    "patch_embed.proj.weight, '64,3,16,16', attention (ViT)",
    "stages.0.blocks.0.norm1.weight, '64', group norm",
    "features.0.weight, '64,3,3,3', layers of another family"
  })
  void refusesVariantsByWhatTheyHave(String name, String shape, String says) {
    Map<String, HostTensor> state =
        new LinkedHashMap<>(new ResNet(named(Architecture.RESNET18)).state());
    long[] sizes = Stream.of(shape.split(",", -1)).mapToLong(Long::parseLong).toArray();
    int count = (int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    state.put(name, HostTensor.ofFloats(new float[count], sizes));
    assertThatThrownBy(() -> StateRecognition.of(state, Hints.NONE, ""))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(says)
        .hasMessageContaining(name);
  }

  @Test
  void refusesGroupedConvolutions() {
    Map<String, HostTensor> state =
        new LinkedHashMap<>(new ResNet(named(Architecture.RESNET50)).state());
    String name = "layer1.0.conv2.weight";
    state.put(name, HostTensor.ofFloats(new float[64 * 16 * 9], 64, 16, 3, 3));
    assertThatThrownBy(() -> StateRecognition.of(state, Hints.NONE, ""))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("4 groups in its convolutions");
  }
}
