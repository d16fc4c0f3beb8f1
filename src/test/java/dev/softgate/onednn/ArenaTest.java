package dev.softgate.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.torch.DType;
import org.junit.jupiter.api.Test;

class ArenaTest {

  /** The system would grant the memory, and kill the process when it is written. */
  @Test
  void rejectsTooMuchMemory() {
    try (Arena arena = new Arena(1024, 4096)) {
      arena.take(1000);
      arena.take(2000);
      assertThatThrownBy(() -> arena.take(2000))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("batch-size");
      arena.rewind();
      assertThat(arena.take(2000).capacity()).as("what was taken back").isEqualTo(2000);
    }
  }

  @Test
  void piecesAreAlignedAndDisjoint() {
    try (Arena arena = new Arena(1024)) {
      long first = arena.take(10).address();
      long second = arena.take(10).address();
      assertThat(first % 64).isZero();
      assertThat(second - first).isEqualTo(64);
    }
  }

  @Test
  void rejectsInvalidSizes() {
    try (Arena arena = new Arena(1024, 4096)) {
      arena.take(100);
      assertThatThrownBy(() -> arena.take(0)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> arena.take(-64)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> arena.take(Long.MAX_VALUE)).isInstanceOf(BadInputException.class);
    }
    assertThatThrownBy(() -> new FeatureMaps(DType.FLOAT32, 1, 3, 0, 32))
        .isInstanceOf(IllegalArgumentException.class);
    int many = Integer.MAX_VALUE;
    assertThatThrownBy(() -> new FeatureMaps(DType.FLOAT32, many, many, many, many))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
