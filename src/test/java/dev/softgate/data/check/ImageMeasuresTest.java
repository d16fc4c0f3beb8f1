package dev.softgate.data.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.data.decoding.ImageDecoder.Size;
import java.awt.image.BufferedImage;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImageMeasuresTest {

  static ImageMeasures measures(BufferedImage image) {
    return ImageMeasures.of(
        new Size(image.getHeight(), image.getWidth()), TestPhotos.planes(image));
  }

  @Test
  void measuresBrightnessAsPercentiles() {
    byte[] planes = new byte[300]; // 100 pixels: 10 of (200, 100, 50), 90 black
    for (int at = 0; at < 10; at++) {
      planes[at] = (byte) 200;
      planes[100 + at] = 100;
      planes[200 + at] = 50;
    }
    ImageMeasures measures = ImageMeasures.of(new Size(10, 10), planes);
    double lit = Math.sqrt(.241 * 200 * 200 + .691 * 100 * 100 + .068 * 50 * 50) / 255;
    assertThat(measures.fifthPercentile()).isZero();
    assertThat(measures.ninetyNinthPercentile()).isCloseTo(lit, within(.5 / 255));
    assertThat(measures.gray()).isFalse();
  }

  @Test
  void entropyIsThatOfTheChannels() {
    byte[] planes = new byte[3 * 256];
    for (int at = 0; at < 256; at++) {
      planes[at] = (byte) at; // 8 bits
      planes[256 + at] = (byte) (at % 2); // 1 bit; blue has none
    }
    assertThat(ImageMeasures.of(new Size(16, 16), planes).entropyBits())
        .isCloseTo((8 + 1) / 3.0, within(1e-9));
  }

  /** A checkerboard of 0 and 8: the Laplacian is ±32 everywhere, its variance 1024. */
  @Test
  void variesOfTheLaplacianOfACheckerboard() {
    byte[] board = new byte[64 * 64];
    for (int at = 0; at < board.length; at++) {
      board[at] = (byte) ((at / 64 + at % 64) % 2 * 8);
    }
    assertThat(ImageMeasures.of(new Size(64, 64), board).laplacianVariance())
        .isCloseTo(1024, within(1e-9));
    assertThat(ImageMeasures.of(new Size(2, 8), new byte[16]).laplacianVariance()).isNaN();
  }

  @Test
  void blurLowersTheVarianceOfTheLaplacian() {
    BufferedImage sharp = TestPhotos.photo(1, 400, 300);
    assertThat(measures(TestPhotos.blurred(sharp, 31)).laplacianVariance())
        .isLessThan(measures(sharp).laplacianVariance() / 20);
  }

  @Test
  void oneChannelIsGray() {
    byte[] gray = new byte[20];
    new Random(1).nextBytes(gray);
    byte[] three = new byte[60];
    for (int c = 0; c < 3; c++) {
      System.arraycopy(gray, 0, three, c * 20, 20);
    }
    ImageMeasures one = ImageMeasures.of(new Size(4, 5), gray);
    assertThat(one.gray()).isTrue();
    assertThat(one).usingRecursiveComparison().isEqualTo(ImageMeasures.of(new Size(4, 5), three));
    three[59]++;
    assertThat(ImageMeasures.of(new Size(4, 5), three).gray()).isFalse();
  }

  @Test
  void correlationIsPearsons() {
    ImageMeasures image = measures(TestPhotos.photo(3, 64, 64));
    assertThat(image.correlation(image)).isCloseTo(1, within(1e-12));
    ImageMeasures darker = measures(TestPhotos.scaled(TestPhotos.photo(3, 64, 64), .5));
    assertThat(image.correlation(darker)).isGreaterThan(.999);
    assertThat(image.correlation(measures(TestPhotos.photo(4, 64, 64)))).isLessThan(.8);
    assertThat(image.correlation(ImageMeasures.of(new Size(4, 4), new byte[16]))).isZero();
  }
}
