package dev.softgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.gate.GateSpec;
import dev.softgate.torch.SymmetricEigen;
import dev.softgate.torch.TorchRuntime;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WhitenedStemTest {

  private static final int IMAGES = 20;
  private static final int HEIGHT = 9;
  private static final int WIDTH = 11;
  private static final int PATCH = 27;

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  /** Images H×W×3 whose pixels depend on their neighbors. */
  private static float[] images() {
    Random random = new Random(3);
    float[] pixels = new float[IMAGES * HEIGHT * WIDTH * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) (random.nextGaussian() + (i < 6 ? 0 : 0.8 * pixels[i - 3]) + 0.1);
    }
    return pixels;
  }

  private static ResNet network(int width) {
    ModelSpec spec =
        new ModelSpec(
            Architecture.RESNET,
            BlockKind.BASIC,
            14,
            3,
            ShortcutKind.PROJECTION,
            GateSpec.none(),
            new Layout(StemKind.CIFAR, List.of(2, 2, 2), List.of(8, 8, 8), List.of(), width));
    return new ResNet(spec, 1);
  }

  private static float[] filters(ResNet network) {
    return Objects.requireNonNull(network.state().get("conv1.weight")).toFloats();
  }

  /** The filters' outputs over all patches, by loops, are uncorrelated and of one size. */
  @ParameterizedTest
  @ValueSource(ints = {20, 54, 60})
  void outputsAreWhite(int width) {
    float[] pixels = images();
    ResNet network = network(width);
    float[] drawn = filters(network);
    WhitenedStem stem = new WhitenedStem(network.spec());
    for (int i = 0; i < IMAGES; i++) {
      stem.add(pixels, i * HEIGHT * WIDTH * 3, HEIGHT, WIDTH);
    }

    assertThat(stem.patches()).isEqualTo(IMAGES * (HEIGHT - 2) * (WIDTH - 2));
    int changed = stem.applyTo(network);

    assertThat(changed).isEqualTo(Math.min(width, 2 * PATCH));
    float[] filters = filters(network);
    int half = changed / 2;
    double[][] products = new double[half][half];
    for (int n = 0; n < IMAGES; n++) {
      for (int y = 0; y + 3 <= HEIGHT; y++) {
        for (int x = 0; x + 3 <= WIDTH; x++) {
          double[] outputs = new double[half];
          for (int f = 0; f < half; f++) {
            for (int c = 0; c < 3; c++) {
              for (int k = 0; k < 9; k++) {
                int place = ((n * HEIGHT + y + k / 3) * WIDTH + x + k % 3) * 3 + c;
                outputs[f] += filters[f * PATCH + c * 9 + k] * pixels[place];
              }
            }
          }
          for (int f = 0; f < half; f++) {
            for (int g = 0; g < half; g++) {
              products[f][g] += outputs[f] * outputs[g] / stem.patches();
            }
          }
        }
      }
    }
    for (int f = 0; f < half; f++) {
      for (int g = 0; g < half; g++) {
        assertThat(products[f][g]).as("%d, %d", f, g).isCloseTo(f == g ? 1 : 0, within(2e-3));
      }
    }
    for (int i = 0; i < half * PATCH; i++) {
      assertThat(filters[half * PATCH + i]).isEqualTo(-filters[i]);
    }
    for (int i = changed * PATCH; i < filters.length; i++) {
      assertThat(filters[i]).isEqualTo(drawn[i]);
    }
  }

  /** By hand: [[2, 1], [1, 2]] has 3 with (1, 1)/√2 and 1 with (1, −1)/√2. */
  @Test
  void decomposesASymmetricMatrix() {
    SymmetricEigen eigen = SymmetricEigen.of(new double[][] {{2, 1}, {1, 2}});
    double half = Math.sqrt(0.5);
    assertThat(eigen.values()).containsExactly(new double[] {3, 1}, within(1e-12));
    assertThat(eigen.vectors()[0]).containsExactly(new double[] {half, half}, within(1e-12));
    assertThat(Math.abs(eigen.vectors()[1][0] - eigen.vectors()[1][1]))
        .isCloseTo(2 * half, within(1e-12));
  }
}
