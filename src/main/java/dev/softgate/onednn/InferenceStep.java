package dev.softgate.onednn;

import dev.softgate.onednn.InferencePart.Piece;
import dev.softgate.onednn.Primitives.Epilogue;
import dev.softgate.onednn.Primitives.Weighted;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A folded layer at its place in a leg.
 *
 * @param weights the weights in the primitive's layout, by number of images
 * @param output the output's shape for the whole batch
 */
record InferenceStep(
    ConvolutionShape shape,
    Epilogue epilogue,
    FoldedLayer layer,
    Map<Integer, MemoryBlock> weights,
    FeatureMaps output)
    implements Piece {

  /**
   * Places a layer.
   *
   * @param input the input's shape for the whole batch
   */
  static InferenceStep of(FoldedLayer layer, FeatureMaps input, Epilogue epilogue) {
    ConvolutionShape shape = layer.parameters.shape(input);
    FeatureMaps output = FeatureMaps.output(shape, input.images(), input.type());
    return new InferenceStep(shape, epilogue, layer, new HashMap<>(), output);
  }

  @Override
  public void plan(Primitives primitives, int images, boolean withWeights) {
    Weighted planned = primitives.convolution(shape, images, output.type(), epilogue);
    if (withWeights) {
      weights.computeIfAbsent(images, count -> layer.inLayout(planned.weights()));
    }
  }

  @Override
  public void run(
      Worker worker, int first, int images, MemoryBlock source, MemoryBlock destination) {
    MemoryBlock planned =
        Objects.requireNonNull(weights.get(images), "no plan for this number of images");
    worker
        .primitives()
        .convolution(shape, images, output.type(), epilogue)
        .call()
        .run(source.handle(), planned.handle(), layer.bias.handle(), destination.handle());
  }
}
