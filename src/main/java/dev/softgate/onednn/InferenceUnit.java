package dev.softgate.onednn;

import dev.softgate.model.ConvNorm;
import dev.softgate.model.ResidualUnit;
import dev.softgate.onednn.InferencePart.Piece;
import dev.softgate.onednn.Primitives.Epilogue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A residual unit in evaluation: relu(F(x) + shortcut(x)), in place of x if the shortcut is the
 * identity.
 *
 * @param branch the layers of F
 * @param projection the shortcut's layer; null if it has none
 * @param padding the shortcut without parameters that changes the shape; null if it has none
 * @param input the input's shape for the whole batch
 * @param masks the masks that multiply the output; null for none
 * @param output the output's shape for the whole batch
 */
record InferenceUnit(
    List<InferenceStep> branch,
    @Nullable InferenceStep projection,
    @Nullable Padding padding,
    FeatureMaps input,
    @Nullable ChannelMasks masks,
    FeatureMaps output)
    implements Piece {

  static InferenceUnit of(
      ResidualUnit source,
      FeatureMaps input,
      Function<ConvNorm, FoldedLayer> layers,
      Planning planning) {
    List<InferenceStep> branch = new ArrayList<>();
    FeatureMaps maps = input;
    int count = source.branch().size();
    for (int i = 0; i < count; i++) {
      Epilogue epilogue = i + 1 == count ? Epilogue.BIAS_ADD_RELU : Epilogue.BIAS_RELU;
      branch.add(InferenceStep.of(layers.apply(source.branch().get(i)), maps, epilogue));
      maps = branch.get(i).output();
    }
    ConvNorm projection = source.projection();
    return new InferenceUnit(
        branch,
        projection == null
            ? null
            : InferenceStep.of(layers.apply(projection), input, Epilogue.BIAS),
        source.pads() ? Padding.of(source) : null,
        input,
        ChannelMasks.of(source, planning, maps),
        maps);
  }

  @Override
  public boolean inPlace() {
    return projection == null && padding == null;
  }

  @Override
  public void plan(Primitives primitives, int images, boolean weights) {
    branch.forEach(step -> step.plan(primitives, images, weights));
    if (projection != null) {
      projection.plan(primitives, images, weights);
    }
  }

  @Override
  public void reserve(Worker worker, int images) {
    for (int i = 0; i < branch.size() - 1; i++) {
      hidden(worker, i, images);
    }
  }

  /** Returns memory for the output of one of the branch's layers. */
  private MemoryBlock hidden(Worker worker, int layer, int images) {
    return worker.scratch("hidden " + layer, branch.get(layer).output().of(images));
  }

  @Override
  public void run(
      Worker worker, int first, int images, MemoryBlock source, MemoryBlock destination) {
    if (projection != null) {
      projection.run(worker, first, images, source, destination);
    } else if (padding != null) {
      padding.forward(worker, input.of(images), source.handle(), destination);
    }
    int last = branch.size() - 1;
    MemoryBlock x = source;
    for (int i = 0; i < last; i++) {
      InferenceStep step = branch.get(i);
      MemoryBlock hidden = hidden(worker, i, images);
      step.run(worker, first, images, x, hidden);
      x = hidden;
    }
    branch.get(last).run(worker, first, images, x, destination);
    if (masks != null) {
      masks.apply(worker, output.of(images), first, destination.handle());
    }
  }
}
