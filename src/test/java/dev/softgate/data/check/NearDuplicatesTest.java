package dev.softgate.data.check;

import static dev.softgate.data.check.ImageMeasuresTest.measures;
import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.data.decoding.ImageDecoder.Size;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {

  private static List<List<Integer>> groups(List<ImageMeasures> images) {
    return NearDuplicates.of(images, List.of()).stream()
        .map(NearDuplicates.Group::members)
        .toList();
  }

  @Test
  void findsCopiesInOtherSizesQualitiesAndBrightness() throws IOException {
    List<ImageMeasures> images = new ArrayList<>();
    for (int seed = 0; seed < 12; seed++) {
      BufferedImage photo = TestPhotos.photo(seed, 320, 240);
      images.add(measures(photo));
      images.add(measures(TestPhotos.resized(photo, 150, 110)));
      images.add(measures(TestPhotos.scaled(photo, .8)));
      images.add(measures(recompressed(photo)));
      images.add(measures(TestPhotos.blurred(photo, 3)));
    }
    List<List<Integer>> expected = new ArrayList<>();
    for (int seed = 0; seed < 12; seed++) {
      int first = 5 * seed;
      expected.add(List.of(first, first + 1, first + 2, first + 3, first + 4));
    }
    assertThat(groups(images)).isEqualTo(expected);
  }

  @Test
  void otherPhotosAreNotAlike() {
    List<ImageMeasures> images = new ArrayList<>();
    for (int seed = 0; seed < 300; seed++) {
      images.add(measures(TestPhotos.photo(seed, 48, 36)));
    }
    assertThat(groups(images)).isEmpty();
  }

  /** Every way of up to 8 different bits leaves one of the nine pieces equal. */
  @Test
  void findsAllHashesOfUpToEightOtherBits() {
    Random random = new Random(5);
    byte[] thumbnail = new byte[256];
    random.nextBytes(thumbnail);
    for (int bits = 0; bits <= 10; bits++) {
      for (int draw = 0; draw < 200; draw++) {
        long hash = random.nextLong();
        long other = hash;
        while (Long.bitCount(hash ^ other) < bits) {
          other ^= 1L << random.nextInt(64);
        }
        int groups = groups(List.of(hashed(hash, thumbnail), hashed(other, thumbnail))).size();
        assertThat(groups).as("%d bits differ", bits).isEqualTo(bits <= 8 ? 1 : 0);
      }
    }
  }

  /** 3,000 copies are 4,498,500 pairs, of which 2,999 are joined. */
  @Test
  void manyCopiesAreOneGroup() {
    byte[] thumbnail = new byte[256];
    new Random(5).nextBytes(thumbnail);
    List<ImageMeasures> images = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      images.add(hashed(0x1234, thumbnail));
    }
    assertThat(groups(images)).hasSize(1);
    assertThat(groups(images).get(0)).hasSize(3_000);
  }

  @Test
  void comparesCandidatesMovedAndMirrored() {
    BufferedImage photo = TestPhotos.photo(1, 320, 240);
    BufferedImage mirrored = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
    for (int at = 0; at < 320 * 240; at++) {
      mirrored.setRGB(319 - at % 320, at / 320, photo.getRGB(at % 320, at / 320));
    }
    List<ImageMeasures> images =
        List.of(
            measures(photo.getSubimage(0, 0, 300, 225)),
            measures(photo.getSubimage(20, 15, 300, 225)),
            measures(mirrored.getSubimage(20, 0, 300, 225)), // the mirror image of the first
            measures(TestPhotos.photo(2, 320, 240)));
    assertThat(groups(images)).isEmpty();
    List<int[]> pairs = List.of(new int[] {0, 1}, new int[] {0, 2}, new int[] {0, 3});
    assertThat(NearDuplicates.of(images, pairs))
        .extracting(NearDuplicates.Group::members)
        .containsExactly(List.of(0, 1, 2));
  }

  private static ImageMeasures hashed(long hash, byte[] thumbnail) {
    return new ImageMeasures(new Size(8, 8), false, 0, 1, 8, 1000, hash, thumbnail);
  }

  private static BufferedImage recompressed(BufferedImage image) throws IOException {
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    ImageIO.write(image, "jpg", jpeg);
    return ImageIO.read(new ByteArrayInputStream(jpeg.toByteArray()));
  }
}
