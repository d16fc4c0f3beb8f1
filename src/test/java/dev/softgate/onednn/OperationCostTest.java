package dev.softgate.onednn;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.onednn.Primitives.Epilogue;
import dev.softgate.onednn.Primitives.Weighted;
import dev.softgate.torch.DType;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The cost of operations, and the machine's peak rates. */
class OperationCostTest {

  @Test
  void countsEveryArgumentOncePerRun() {
    FeatureMaps maps = new FeatureMaps(DType.FLOAT32, 2, 16, 8, 8);
    ConvolutionShape shape = new ConvolutionShape(16, 16, 3, 1, 8, 8);
    try (Team team = new Team(1);
        Arena arena = new Arena(1 << 16)) {
      team.run(
          worker -> {
            MemoryBlock a = block(arena, maps);
            MemoryBlock b = block(arena, maps);
            PreparedPrimitive add = worker.primitives().add(maps);
            add.run(a.handle(), b.handle(), a.handle());
            add.run(a.handle(), b.handle(), b.handle());
            Weighted convolution =
                worker.primitives().convolution(shape, 2, DType.FLOAT32, Epilogue.NONE);
            MemoryBlock weights = arena.take(convolution.weights());
            weights.clear();
            convolution.call().run(a.handle(), weights.handle(), b.handle());

            Map<OperationKind, OperationCost> work = worker.takeWork();

            assertThat(requireNonNull(work.get(OperationKind.ADD)).bytes())
                .isEqualTo((double) (2 * 3 * maps.bytes()));
            assertThat(requireNonNull(work.get(OperationKind.FORWARD)).bytes())
                .isEqualTo((double) (2 * maps.bytes() + 4L * shape.weights()));
            assertThat(requireNonNull(work.get(OperationKind.ADD)).seconds()).isPositive();
            assertThat(worker.takeWork().get(OperationKind.ADD)).isEqualTo(new OperationCost(0, 0));
          });
    }
  }

  private static MemoryBlock block(Arena arena, FeatureMaps maps) {
    MemoryBlock block = arena.take(maps.description());
    block.clear();
    return block;
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "BFLOAT16"})
  void measuresTheMachinesCeilings(DType type) {
    if (OneDnnEngine.computes(type)) {
      assertThat(MachineCeiling.matmulFlopsPerSecond(type, 1)).isBetween(1e8, 1e14);
    }
    assertThat(MachineCeiling.copyBytesPerSecond(1)).isBetween(1e8, 1e13);
  }
}
