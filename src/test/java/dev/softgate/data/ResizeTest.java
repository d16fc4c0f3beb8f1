package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.data.decoding.ImageDecoder.Size;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResizeTest {

  /** Three planes of 2×4 pixels that differ by 100. */
  private static byte[] wide(int... row) {
    byte[] planes = new byte[3 * 2 * row.length];
    for (int at = 0; at < planes.length; at++) {
      planes[at] = (byte) (row[at % row.length] + 100 * (at / (2 * row.length)));
    }
    return planes;
  }

  private static int[] firstPlane(byte[] planes) {
    int[] values = new int[planes.length / 3];
    Arrays.setAll(values, i -> planes[i] & 0xFF);
    return values;
  }

  @Test
  void cropsTheCenter() {
    byte[] cropped = Resize.CROP.apply(wide(1, 20, 30, 4), new Size(2, 4), new Size(2, 2));
    assertThat(firstPlane(cropped)).containsExactly(20, 30, 20, 30);
    assertThat(cropped[4] & 0xFF).isEqualTo(120);
    byte[] shrunk = Resize.CROP.apply(wide(1, 20, 30, 4), new Size(2, 4), new Size(1, 1));
    assertThat(firstPlane(shrunk)).containsExactly(25);
    // half a pixel on each side: (1/2·10 + 20 + 1/2·40)/2
    byte[] between = Resize.CROP.apply(wide(10, 20, 40), new Size(2, 3), new Size(1, 1));
    assertThat(firstPlane(between)).containsExactly(23);
  }

  @Test
  void padsWithBlack() {
    byte[] padded = Resize.PAD.apply(wide(10, 20, 30, 40), new Size(2, 4), new Size(4, 4));
    assertThat(firstPlane(padded))
        .containsExactly(0, 0, 0, 0, 10, 20, 30, 40, 10, 20, 30, 40, 0, 0, 0, 0);
    byte[] shrunk = Resize.PAD.apply(wide(10, 20, 30, 40), new Size(2, 4), new Size(2, 2));
    assertThat(firstPlane(shrunk)).containsExactly(15, 35, 0, 0);
    assertThat(shrunk).hasSize(12).endsWith((byte) 215, (byte) 235, (byte) 0, (byte) 0);
  }

  @Test
  void reflectsAtTheEdges() {
    byte[] tall = Resize.REFLECT.apply(wide(10, 20, 30, 40), new Size(2, 4), new Size(6, 4));
    assertThat(firstPlane(tall)) // two equal rows, wherever they are mirrored
        .containsExactly(
            10, 20, 30, 40, 10, 20, 30, 40, 10, 20, 30, 40, 10, 20, 30, 40, 10, 20, 30, 40, 10, 20,
            30, 40);
    byte[] planes = wide(10, 20, 30);
    byte[] around = Resize.REFLECT.apply(planes, new Size(2, 3), new Size(2, 13));
    assertThat(firstPlane(around)) // numpy.pad(…, 5, 'reflect')
        .startsWith(20, 10, 20, 30, 20, 10, 20, 30, 20, 10, 20, 30, 20);
    byte[] narrow = Resize.REFLECT.apply(planes, new Size(6, 1), new Size(6, 4));
    assertThat(firstPlane(narrow)).startsWith(10, 10, 10, 10, 20, 20, 20, 20);
    assertThat(around[26] & 0xFF).isEqualTo(120);
  }

  @Test
  void viewsAreTwoImagesOneBelowTheOther() {
    byte[] planes = new byte[3 * 9 * 15];
    new Random(2).nextBytes(planes);
    Size before = new Size(9, 15);
    byte[] views = Resize.VIEWS.apply(planes, before, new Size(16, 8));
    byte[] reflected = Resize.REFLECT.apply(planes, before, new Size(8, 8));
    byte[] squashed = Resize.SQUASH.apply(planes, before, new Size(8, 8));
    for (int c = 0; c < 3; c++) {
      assertThat(Arrays.copyOfRange(views, c * 128, c * 128 + 64))
          .isEqualTo(Arrays.copyOfRange(reflected, c * 64, c * 64 + 64));
      assertThat(Arrays.copyOfRange(views, c * 128 + 64, c * 128 + 128))
          .isEqualTo(Arrays.copyOfRange(squashed, c * 64, c * 64 + 64));
    }
    // an image that has the size of both views together is one image
    byte[] square = new byte[3 * 16 * 8];
    new Random(3).nextBytes(square);
    assertThat(Resize.VIEWS.apply(square, new Size(16, 8), new Size(16, 8))).isNotEqualTo(square);
  }

  @Test
  void squashesEachAxis() {
    byte[] squashed = Resize.SQUASH.apply(wide(10, 20, 30, 40), new Size(2, 4), new Size(2, 2));
    assertThat(firstPlane(squashed)).containsExactly(15, 35, 15, 35);
  }

  @Test
  void allAgreeWhereProportionsAreKept() {
    byte[] planes = new byte[3 * 9 * 15];
    new Random(1).nextBytes(planes);
    for (Size after : new Size[] {new Size(3, 5), new Size(6, 10), new Size(12, 20)}) {
      byte[] squashed = Resize.SQUASH.apply(planes, new Size(9, 15), after);
      assertThat(Resize.CROP.apply(planes, new Size(9, 15), after)).isEqualTo(squashed);
      assertThat(Resize.PAD.apply(planes, new Size(9, 15), after)).isEqualTo(squashed);
    }
    for (Resize resize : Resize.values()) {
      if (resize.views() == 1) {
        assertThat(resize.apply(planes, new Size(9, 15), new Size(9, 15))).isSameAs(planes);
      }
    }
  }

  /** A fine checkerboard averages to gray instead of a pattern. */
  @Test
  void doesNotAlias() {
    byte[] planes = new byte[3 * 60 * 90];
    for (int at = 0; at < planes.length; at++) {
      planes[at] = (byte) ((at % 90 + at / 90) % 2 * 200);
    }
    byte[] shrunk = Resize.CROP.apply(planes, new Size(60, 90), new Size(7, 7));
    assertThat(Arrays.stream(firstPlane(shrunk)).boxed())
        .allSatisfy(value -> assertThat(value).isBetween(95, 105));
  }
}
