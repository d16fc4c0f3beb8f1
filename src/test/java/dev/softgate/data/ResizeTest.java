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
      assertThat(resize.apply(planes, new Size(9, 15), new Size(9, 15))).isSameAs(planes);
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
