package dev.softgate.onednn;

import static dev.softgate.onednn.Vectors.change;
import static dev.softgate.onednn.Vectors.cosine;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.softgate.SharedFolder;
import dev.softgate.data.Dataset;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Datasets;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.Normalization;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateTap;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.BlockKind;
import dev.softgate.model.Family;
import dev.softgate.model.LibtorchEngine;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ResNet;
import dev.softgate.torch.DType;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import dev.softgate.training.TrainingStep;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * bfloat16's gradients on real images. Rounding the maps to eight bits turns the gradients, more so
 * in deeper networks. The oneDNN engine must not turn them further than libtorch, which rounds at
 * the same places.
 */
class BFloat16GradientsTest {

  private static final int BATCH = 128;

  @ParameterizedTest
  @ValueSource(ints = {20, 56})
  void haveLibtorchsDirectionAtTheStart(int depth) {
    haveLibtorchsDirection(depth, 0);
  }

  /** The gradients are smaller then, and the norms have settled. */
  @Test
  @Tag("battery")
  void haveLibtorchsDirectionAfterThirtySteps() {
    haveLibtorchsDirection(20, 30);
  }

  private static void haveLibtorchsDirection(int depth, int steps) {
    assumeThat(TorchRuntime.hasFastBfloat16())
        .as("skipped: the processor has no bfloat16 arithmetic")
        .isTrue();
    Path archive = SharedFolder.require("data/cifar-10-small.tar.gz");
    Dataset data =
        Datasets.load(new DatasetRequest("cifar10", archive, null, 0), DownloadListener.NONE);

    Map<String, HostTensor> start = new ResNet(spec(depth), 1).state();
    for (int step = 0; step < steps; step++) {
      start =
          after(
              new ResNet(spec(depth), 1),
              start,
              data,
              step,
              new LibtorchEngine(DType.FLOAT32),
              0.1);
    }
    Map<String, HostTensor> plain =
        after(new ResNet(spec(depth), 1), start, data, steps, new LibtorchEngine(DType.FLOAT32), 1);
    Map<String, HostTensor> rounded =
        after(
            new ResNet(spec(depth), 1), start, data, steps, new LibtorchEngine(DType.BFLOAT16), 1);
    ResNet network = new ResNet(spec(depth), 1);
    Map<String, HostTensor> fused;
    try (BackboneEngine engine =
        new OneDnnEngine(network.backbone(), DType.BFLOAT16, 2, () -> Canvas.NONE)) {
      fused = after(network, start, data, steps, engine, 1);
    }
    double itself = median(cosines(network, start, plain, rounded));
    double ours = median(cosines(network, start, plain, fused));
    assertThat(ours).as("median cosine, of libtorch %.4f", itself).isGreaterThan(itself - 0.02);
    assertThat(ours).isGreaterThan(depth == 20 ? 0.95 : 0.7);
  }

  /** The cosine for each parameter's gradient. */
  private static double[] cosines(
      ResNet network,
      Map<String, HostTensor> start,
      Map<String, HostTensor> plain,
      Map<String, HostTensor> rounded) {
    return network.parameters().keySet().stream()
        .mapToDouble(
            name -> {
              float[] from = requireNonNull(start.get(name)).toFloats();
              float[] wanted = change(from, requireNonNull(plain.get(name)).toFloats());
              float[] given = change(from, requireNonNull(rounded.get(name)).toFloats());
              return cosine(wanted, given);
            })
        .sorted()
        .toArray();
  }

  private static double median(double[] sorted) {
    return sorted[sorted.length / 2];
  }

  private static ModelSpec spec(int depth) {
    return ModelSpec.resnet(
        BlockKind.BASIC,
        depth,
        10,
        Family.onStage(
            GateKind.CLASSIFIER, GatePenalty.NONE, GateTap.ENTRY, GateCalibration.NORMALISED, 3));
  }

  /** The state after one step without momentum and decay. */
  private static Map<String, HostTensor> after(
      ResNet network,
      Map<String, HostTensor> start,
      Dataset data,
      int batch,
      BackboneEngine engine,
      double rate) {
    network.load(start);
    TrainingStep step = new TrainingStep(network, 0, 0, 0);
    int first = batch * BATCH % (data.train().count() - BATCH);
    ByteBuffer bytes = ByteBuffer.allocate(BATCH * 3 * 32 * 32);
    for (int id = first; id < first + BATCH; id++) {
      bytes.put(data.train().pixels(id));
    }
    try (Scope scope = Scope.open()) {
      network.runOn(engine);
      step.run(
          Tensor.ofImages(
              Device.CPU,
              Normalization.forDataset("cifar10", data.train()).apply(bytes.array()),
              BATCH,
              3,
              32,
              32),
          Tensor.ofLabels(
              Device.CPU, Arrays.copyOfRange(data.train().labels(), first, first + BATCH)),
          new TrainingStep.Rates(rate, rate),
          true);
    }
    return network.state();
  }
}
