package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
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
    for (int top = 0; top <= 8; top++) {
      for (int left = 0; left <= 8; left++) {
        for (boolean mirrored : new boolean[] {false, true}) {
          CropFlip crop = new CropFlip(top, left, mirrored);
          assertThat(one(images, 2, crop, normalization))
              .as(crop.toString())
              .isEqualTo(naive(images, 2, crop, normalization));
        }
      }
    }
  }

  @Test
  void flippingTwiceRestoresTheImage() {
    ImageSet images = TestImages.random(1, 3, 6, 9);
    CropFlip mirror = new CropFlip(CropFlip.PADDING, CropFlip.PADDING, true);
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
    float[] out = one(images, 0, new CropFlip(0, 8, false), normalization);
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

  /** Pads with black, crops, mirrors, divides by 255, subtracts, divides, in that order. */
  private static float[] naive(
      ImageSet images, int id, CropFlip crop, Normalization normalization) {
    int height = images.height(id);
    int width = images.width(id);
    byte[] pixels = images.pixels(id);
    int pad = CropFlip.PADDING;
    float[] out = new float[height * width * images.channels()];
    for (int c = 0; c < images.channels(); c++) {
      int[][] padded = new int[height + 2 * pad][width + 2 * pad];
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          padded[y + pad][x + pad] = pixels[(c * height + y) * width + x] & 0xFF;
        }
      }
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int value = padded[y + crop.top()][x + crop.left()];
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
