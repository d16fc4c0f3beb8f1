package dev.softgate.data;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Compares the fast copy with a slow one that follows the published code step by step. */
class BatchAssemblyTest {

  private static final Normalization PLAIN =
      new Normalization(new float[] {0, 0, 0}, new float[] {1, 1, 1});

  @Test
  void matchesNaiveCropsAndFlips() {
    ImageSet images = TestImages.random(3, 3, 7, 5);
    Normalization normalization =
        new Normalization(new float[] {0.5f, 0.4f, 0.3f}, new float[] {0.2f, 0.25f, 0.3f});
    for (int top = -4; top <= 4; top++) {
      for (int left = -4; left <= 4; left++) {
        for (boolean mirrored : new boolean[] {false, true}) {
          for (CropFill fill : CropFill.values()) {
            CropFlip crop = new CropFlip(top, left, mirrored, fill);
            assertThat(one(images, 2, crop, normalization))
                .as(crop.toString())
                .isEqualTo(naive(images, 2, crop, normalization));
          }
        }
      }
    }
  }

  /** Color jitter comes before the shift, a blank square after it. */
  @Test
  void loadsJitteredAndBlankedImages() {
    ImageSet images = TestImages.random(6, 3, 12, 10);
    int[] ids = {0, 1, 2, 3, 4, 5};
    ColorJitter jitter = new ColorJitter(0.5, 0.5, 0.5, 0.2);
    Augmenter augmenter =
        new Augmenter(Augmentation.CROP_FLIP, Augmenter.Crop.USUAL, Flipping.RANDOM, jitter, 5, 0);
    BatchLoader.Epoch epoch = new BatchLoader.Epoch(3, 1, 0);
    try (BatchLoader loader =
        BatchLoader.training(images, ids, augmenter, PLAIN, BatchShare.whole(6), epoch)) {
      Batch batch = requireNonNull(loader.next());
      for (int i = 0; i < batch.size(); i++) {
        int id = batch.ids()[i];
        byte[] pixels = images.pixels(id);
        jitter.draw(epoch, id).apply(pixels);
        ImageSet changed = ImageSet.of(pixels, new int[1], 3, 12, 10);
        CropFlip crop = (CropFlip) augmenter.draw(epoch, id, 12, 10);
        float[] expected = naive(changed, 0, crop, PLAIN);
        CutOut square = CutOut.draw(5, epoch, id, 12, 10);
        for (int y = 0; y < 12; y++) {
          for (int x = 0; x < 10; x++) {
            boolean inside =
                y >= square.top()
                    && y < square.top() + 5
                    && x >= square.left()
                    && x < square.left() + 5;
            for (int c = 0; c < 3 && inside; c++) {
              expected[(y * 10 + x) * 3 + c] = 0;
            }
          }
        }
        assertThat(Arrays.copyOfRange(batch.pixels(), i * 360, (i + 1) * 360))
            .as("image %d", id)
            .isEqualTo(expected);
      }
    }
  }

  /** The center of the square is any pixel of the image. */
  @Test
  void blankSquaresLieAnywhere() {
    Set<List<Integer>> centers = new HashSet<>();
    for (int id = 0; id < 2_000; id++) {
      CutOut square = CutOut.draw(4, new BatchLoader.Epoch(1, 0, 0), id, 6, 5);
      centers.add(List.of(square.top() + 2, square.left() + 2));
    }
    assertThat(centers)
        .hasSize(30)
        .allMatch(at -> at.get(0) >= 0 && at.get(0) < 6 && at.get(1) >= 0 && at.get(1) < 5);
  }

  @Test
  void flippingTwiceRestoresTheImage() {
    ImageSet images = TestImages.random(1, 3, 6, 9);
    CropFlip mirror = CropFlip.MIRRORED;
    float[] once = one(images, 0, mirror, PLAIN);
    float[] twice = one(planar(once, 3, 6, 9), 0, mirror, PLAIN);
    assertThat(twice).isEqualTo(one(images, 0, CropFlip.IDENTITY, PLAIN)).isNotEqualTo(once);
  }

  @Test
  void padsWithBlackBeforeNormalization() {
    byte[] white = new byte[3 * 32 * 32];
    Arrays.fill(white, (byte) 255);
    ImageSet images = ImageSet.of(white, new int[1], 3, 32, 32);
    Normalization normalization = Normalization.forDataset("cifar10", images);
    float[] out = one(images, 0, new CropFlip(-4, 4, false, CropFill.BLACK), normalization);
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        boolean padded = y < 4 || x >= 28;
        for (int c = 0; c < 3; c++) {
          float expected = ((padded ? 0f : 1f) - normalization.mean()[c]) / normalization.std()[c];
          assertThat(out[(y * 32 + x) * 3 + c]).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void writesChannelsLastInOrder() {
    ImageSet images = TestImages.random(5, 3, 4, 4);
    BatchAssembly assembly =
        new BatchAssembly(
            images,
            new int[] {4, 0, 3},
            (id, height, width) -> CropFlip.IDENTITY,
            PLAIN,
            BatchShare.whole(2));
    assertThat(assembly.batches()).isEqualTo(2);
    Batch first = assembly.batch(0);
    Batch last = assembly.batch(1);
    assertThat(first.ids()).containsExactly(4, 0);
    assertThat(last.ids()).containsExactly(3);
    assertThat(last.labels()).containsExactly(images.labels()[3]);
    assertThat(first.pixels()).hasSize(2 * 4 * 4 * 3);
    int y = 2;
    int x = 1;
    int c = 2;
    int imageZero = 4 * 4 * 3;
    assertThat(first.pixels()[imageZero + (y * 4 + x) * 3 + c])
        .isEqualTo((images.pixels(0)[c * 16 + y * 4 + x] & 0xFF) / 255f);
  }

  @Test
  void emptyPassHasNoBatches() {
    ImageSet images = TestImages.random(1, 3, 4, 4);
    BatchAssembly assembly =
        new BatchAssembly(
            images,
            new int[0],
            (id, height, width) -> CropFlip.IDENTITY,
            PLAIN,
            BatchShare.whole(8));
    assertThat(assembly.batches()).isZero();
  }

  @Test
  void rejectsMismatchesAtOnce() {
    ImageSet images = TestImages.random(2, 3, 4, 4);
    assertThatThrownBy(() -> assembly(images, 1, new int[] {2})).hasMessageContaining("id 2");
    assertThatThrownBy(() -> assembly(images, 1, new int[] {-1})).hasMessageContaining("id -1");
    assertThatThrownBy(() -> assembly(images, 0, new int[] {1})).hasMessageContaining("of 0");
    ImageSet gray = TestImages.random(2, 1, 4, 4);
    assertThatThrownBy(() -> assembly(gray, 1, new int[] {1})).hasMessageContaining("channels");
  }

  private static BatchAssembly assembly(ImageSet images, int batchSize, int[] ids) {
    return new BatchAssembly(
        images, ids, (id, height, width) -> CropFlip.IDENTITY, PLAIN, BatchShare.whole(batchSize));
  }

  private static float[] one(ImageSet images, int id, CropFlip crop, Normalization normalization) {
    return new BatchAssembly(
            images,
            new int[] {id},
            (any, height, width) -> crop,
            normalization,
            BatchShare.whole(1))
        .batch(0)
        .pixels();
  }

  /** Pads, crops, mirrors, divides by 255, subtracts, divides, in that order. */
  private static float[] naive(
      ImageSet images, int id, CropFlip crop, Normalization normalization) {
    int height = images.height(id);
    int width = images.width(id);
    byte[] pixels = images.pixels(id);
    int pad = 4;
    float[] out = new float[height * width * images.channels()];
    for (int c = 0; c < images.channels(); c++) {
      int[][] padded = new int[height + 2 * pad][width + 2 * pad];
      for (int y = -pad; y < height + pad; y++) {
        for (int x = -pad; x < width + pad; x++) {
          boolean outside = y < 0 || x < 0 || y >= height || x >= width;
          int row = y < 0 ? -y : y >= height ? 2 * (height - 1) - y : y;
          int column = x < 0 ? -x : x >= width ? 2 * (width - 1) - x : x;
          padded[y + pad][x + pad] =
              outside && crop.fill() == CropFill.BLACK
                  ? 0
                  : pixels[(c * height + row) * width + column] & 0xFF;
        }
      }
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int value = padded[y + pad + crop.top()][x + pad + crop.left()];
          int to = crop.mirrored() ? width - 1 - x : x;
          out[(y * width + to) * images.channels() + c] =
              (value / 255f - normalization.mean()[c]) / normalization.std()[c];
        }
      }
    }
    return out;
  }

  private static ImageSet planar(float[] channelsLast, int channels, int height, int width) {
    byte[] pixels = new byte[channelsLast.length];
    for (int i = 0; i < height * width; i++) {
      for (int c = 0; c < channels; c++) {
        pixels[c * height * width + i] = (byte) Math.round(channelsLast[i * channels + c] * 255);
      }
    }
    return ImageSet.of(pixels, new int[1], channels, height, width);
  }
}
