package dev.softgate.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.engine.Compute;
import dev.softgate.engine.Engine;
import dev.softgate.engine.Precision;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import dev.softgate.parity.ParityReport.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Golden files of ImageNet's networks, whose weights follow from a formula. */
class ImageNetParityTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/imagenet");
  private static final String SMALL = "eval.64.";

  @TempDir Path folder;
  private Path file;
  private Map<String, HostTensor> tensors;

  /** The numbers of the smallest images alone. */
  @BeforeEach
  void copy() throws IOException {
    file = folder.resolve("resnet18.safetensors");
    tensors =
        new LinkedHashMap<>(Safetensors.read(GOLDEN.resolve("resnet18.safetensors")).tensors());
    tensors.keySet().removeIf(name -> !name.startsWith(SMALL));
    Safetensors.write(file, tensors, Map.of());
    Files.copy(GOLDEN.resolve("resnet18.json"), folder.resolve("resnet18.json"));
  }

  private static ParityReport check(Golden golden) {
    return check(golden, Engine.LIBTORCH);
  }

  private static ParityReport check(Golden golden, Engine engine) {
    return golden.check(Compute.choose(engine, Precision.FP32, 1, golden.spec()));
  }

  private void json(String from, String to) throws IOException {
    Path json = folder.resolve("resnet18.json");
    String text = Files.readString(json);
    assertThat(text).contains(from);
    Files.writeString(json, text.replace(from, to));
  }

  @ParameterizedTest
  @EnumSource(names = {"LIBTORCH", "ONEDNN"})
  void holdsForResNet18(Engine engine) {
    ParityReport report = check(Golden.read(file), engine);

    assertThat(report.quantities())
        .allSatisfy(quantity -> assertThat(quantity.within()).as("%s", quantity).isTrue())
        .extracting(Quantity::name)
        .contains("eval.64.logits", "eval.64.layer4.0.pooled", "loss.cls", "gradient_l2");
    assertThat(report.computed())
        .containsKeys("eval.64.logits", "loss.0.cls", "after.bn1.running_mean");
  }

  @Test
  void findsAWrongOutputAndAWrongGradient() throws IOException {
    HostTensor logits = Objects.requireNonNull(tensors.get("eval.64.logits"));
    float[] values = logits.toFloats();
    values[7] += 0.01f;
    tensors.put("eval.64.logits", HostTensor.ofFloats(values, logits.shape()));
    Safetensors.write(file, tensors, Map.of());
    json("79.32786730574956", "82.5");

    ParityReport report = check(Golden.read(file));

    assertThat(report.quantities().stream().filter(quantity -> !quantity.within()))
        .extracting(quantity -> quantity.name() + " " + quantity.where())
        .containsExactlyInAnyOrder("eval.64.logits element 7", "gradient_l2 conv1.weight");
  }

  @Test
  void refusesOtherNetworksAndShapes() throws IOException {
    json("\"name\": \"resnet18\"", "\"name\": \"resnet19\"");
    assertThatThrownBy(() -> Golden.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("resnet19")
        .hasMessageContaining("wide_resnet50_2");
    json("\"name\": \"resnet19\"", "\"name\": \"resnet50\"");
    assertThatThrownBy(() -> Golden.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("not N×1024");
  }
}
