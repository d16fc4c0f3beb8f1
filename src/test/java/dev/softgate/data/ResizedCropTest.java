package dev.softgate.data;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.data.decoding.ImageDecoder.Size;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResizedCropTest {

  private static final BatchLoader.Epoch EPOCH = new BatchLoader.Epoch(7, 3, 0);

  private static Augmenter augmenter(double area, double ratio) {
    Augmenter.Crop crop = new Augmenter.Crop(area, ratio, 0, CropFill.BLACK);
    return new Augmenter(Augmentation.RESIZED_CROP, crop, Flipping.RANDOM, null, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({"32,32,0.35,1.34", "224,160,0.08,1.34", "1,1,0.2,2", "64,3,0.5,1.5", "2,300,1,1"})
  void partLiesInTheImageAndKeepsItsBounds(int height, int width, double area, double ratio) {
    Augmenter augmenter = augmenter(area, ratio);
    for (int id = 0; id < 2_000; id++) {
      ResizedCrop part = ResizedCrop.draw(augmenter, EPOCH, id, height, width);
      assertThat(part.top()).isBetween(0, height - part.height());
      assertThat(part.left()).isBetween(0, width - part.width());
      assertThat(part.height()).isPositive();
      assertThat(part.width()).isPositive();
      if (height == 224) {
        double share = (double) part.height() * part.width() / (height * width);
        double proportions = (double) part.width() / part.height();
        assertThat(share).isBetween(area - .01, 1.0);
        assertThat(proportions).isBetween(1 / ratio - .02, ratio + .02);
      }
    }
  }

  @Test
  void areasAndPlacesAreUniform() {
    Augmenter augmenter = augmenter(.2, 1);
    int draws = 20_000;
    double[] shares = new double[draws];
    int mirrored = 0;
    double place = 0;
    for (int id = 0; id < draws; id++) {
      ResizedCrop part = ResizedCrop.draw(augmenter, EPOCH, id, 1_000, 1_000);
      shares[id] = part.height() * part.width() / 1e6;
      mirrored += part.mirrored() ? 1 : 0;
      place += (part.left() + .5) / (1_001 - part.width());
    }
    Arrays.sort(shares);
    for (int tenth = 1; tenth < 10; tenth++) {
      assertThat(shares[draws / 10 * tenth]).isCloseTo(.2 + .08 * tenth, within(.02));
    }
    assertThat(mirrored / (double) draws).isCloseTo(.5, within(.02));
    assertThat(place / draws).isCloseTo(.5, within(.02));
  }

  @Test
  void isAFunctionOfSeedEpochAndImage() {
    Augmenter augmenter = Augmenter.of(Augmentation.RESIZED_CROP);
    ResizedCrop drawn = ResizedCrop.draw(augmenter, EPOCH, 5, 32, 32);
    assertThat(ResizedCrop.draw(augmenter, new BatchLoader.Epoch(7, 3, 9), 5, 32, 32))
        .isEqualTo(drawn); // where the epoch is entered does not matter
    assertThat(ResizedCrop.draw(augmenter, new BatchLoader.Epoch(8, 3, 0), 5, 32, 32))
        .isNotEqualTo(drawn);
    assertThat(ResizedCrop.draw(augmenter, new BatchLoader.Epoch(7, 4, 0), 5, 32, 32))
        .isNotEqualTo(drawn);
    assertThat(ResizedCrop.draw(augmenter, EPOCH, 6, 32, 32)).isNotEqualTo(drawn);
  }

  @Test
  void enlargesAsPyTorchDoes() {
    // torch.nn.functional.interpolate(image[:, 1:5, 2:5], (7, 6), mode='bilinear'), PyTorch 2.13
    double[] green = {
      173.0, 178.75, 190.25, 201.75, 213.25, 219.0, 186.214, 191.964, 203.464, 192.107, 157.893,
      140.786, 207.357, 213.107, 224.607, 176.679, 69.321, 15.643, 228.5, 202.25, 149.75, 97.25,
      44.75, 18.5, 231.357, 177.679, 70.321, 22.393, 33.893, 39.643, 106.214, 89.107, 54.893,
      43.536, 55.036, 60.786, 28.0, 33.75, 45.25, 56.75, 68.25, 74.0
    };
    byte[] image = new byte[5 + 3 * 7 * 6];
    for (int i = 0; i < 3 * 7 * 6; i++) {
      image[5 + i] = (byte) (i / 42 * 90 + i % 42 / 6 * 37 + i % 6 * 23);
    }
    byte[] enlarged = new ResizedCrop(1, 2, 4, 3, false).enlarged(image, 5, 3, new Size(7, 6));
    assertThat(enlarged).hasSize(126);
    for (int i = 0; i < 42; i++) {
      assertThat((double) (enlarged[42 + i] & 0xFF)).isCloseTo(green[i], within(.51));
    }
  }

  @Test
  void wholeImageStaysItself() {
    byte[] image = new byte[3 * 5 * 4];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) (i * 31);
    }
    assertThat(new ResizedCrop(0, 0, 5, 4, false).enlarged(image, 0, 3, new Size(5, 4)))
        .isEqualTo(image);
  }

  @Test
  void batchesHoldTheEnlargedPartMirroredOrNot() {
    ImageSet images = TestImages.random(40, 3, 8, 11);
    Augmenter augmenter = Augmenter.of(Augmentation.RESIZED_CROP);
    Normalization plain = new Normalization(new float[3], new float[] {1, 1, 1});
    int[] ids = IntStream.range(0, 40).toArray();
    try (BatchLoader loader =
        BatchLoader.training(
            images, ids, augmenter, plain, BatchShare.whole(40), new BatchLoader.Epoch(1, 0, 0))) {
      Batch batch = requireNonNull(loader.next());
      boolean[] seen = new boolean[2];
      for (int i = 0; i < 40; i++) {
        int id = batch.ids()[i];
        ResizedCrop part = ResizedCrop.draw(augmenter, new BatchLoader.Epoch(1, 0, 0), id, 8, 11);
        seen[part.mirrored() ? 1 : 0] = true;
        int at = i;
        images.read(
            id,
            (bytes, from) -> {
              byte[] enlarged = part.enlarged(bytes, from, 3, new Size(8, 11));
              for (int y = 0; y < 8; y++) {
                for (int x = 0; x < 11; x++) {
                  int column = part.mirrored() ? 10 - x : x;
                  for (int c = 0; c < 3; c++) {
                    assertThat(batch.pixels()[((at * 8 + y) * 11 + column) * 3 + c])
                        .isEqualTo((enlarged[(c * 8 + y) * 11 + x] & 0xFF) / 255f, within(1e-6f));
                  }
                }
              }
            });
      }
      assertThat(seen).containsOnly(true);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1.5, Double.NaN})
  void refusesOtherAreas(double area) {
    assertThatThrownBy(() -> augmenter(area, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
