package dev.softgate.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.onednn.Primitives.Blend;
import dev.softgate.torch.DType;
import java.util.Random;
import org.bytedeco.dnnl.stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The operations around convolutions against their equations in double precision. */
class PrimitivesTest {

  private static final Maps MAPS = new Maps(DType.FLOAT32, 3, 16, 9, 7);
  private static final int VALUES = (int) (MAPS.bytes() / Float.BYTES);
  private static final Primitives PRIMITIVES = new Primitives(new stream(Native.ENGINE));

  private static Arena.Floats numbers(Arena arena, int count, long seed, double center) {
    Random random = new Random(seed);
    Arena.Floats numbers = arena.takeFloats(count);
    for (int i = 0; i < count; i++) {
      numbers.set(i, center + random.nextGaussian());
    }
    return numbers;
  }

  @ParameterizedTest
  @EnumSource(Blend.class)
  void affineScalesShiftsAndBlends(Blend blend) {
    try (Arena arena = new Arena(1 << 16)) {
      Arena.Floats y = numbers(arena, VALUES, 1, 0);
      Arena.Floats others = numbers(arena, VALUES, 2, 0);
      Arena.Floats held = numbers(arena, VALUES, 3, 0);
      Arena.Floats result = numbers(arena, VALUES, 3, 0);
      Affine affine = new Affine(arena, DType.FLOAT32, MAPS.channels());
      for (int c = 0; c < MAPS.channels(); c++) {
        affine.set(c, 0.5 * c - 3, 0.25, 1 - c);
      }

      Call call = PRIMITIVES.affine(MAPS, blend);
      if (blend.addsOtherMaps()) {
        call.run(y.handle(), affine.scale(), affine.shift(), others.handle(), result.handle());
      } else {
        call.run(y.handle(), affine.scale(), affine.shift(), result.handle());
      }

      for (int i = 0; i < VALUES; i++) {
        int c = i % MAPS.channels();
        double n = (0.5 * c - 3) * (y.get(i) - 0.25) + 1 - c;
        double wanted =
            switch (blend) {
              case NONE -> n;
              case RELU -> Math.max(0, n);
              case ADD -> n + others.get(i);
              case ADD_RELU -> Math.max(0, n + others.get(i));
              case ACCUMULATE -> n + held.get(i);
            };
        assertThat((double) result.get(i)).as("value %d", i).isEqualTo(wanted, within(1e-5));
      }
    }
  }

  @Test
  void sumsAreOfEachChannel() {
    try (Arena arena = new Arena(1 << 16)) {
      Arena.Floats a = numbers(arena, VALUES, 1, 0.5);
      Arena.Floats b = numbers(arena, VALUES, 2, -0.25);
      Arena.Floats products = arena.takeFloats(MAPS.channels());
      Arena.Floats sums = arena.takeFloats(MAPS.channels());

      PRIMITIVES.sums(MAPS).run(a.handle(), b.handle(), products.handle(), sums.handle());

      double[] wantedProducts = new double[MAPS.channels()];
      double[] wantedSums = new double[MAPS.channels()];
      for (int i = 0; i < VALUES; i++) {
        wantedProducts[i % MAPS.channels()] += (double) a.get(i) * b.get(i);
        wantedSums[i % MAPS.channels()] += b.get(i);
      }
      for (int c = 0; c < MAPS.channels(); c++) {
        assertThat((double) products.get(c)).isEqualTo(wantedProducts[c], within(1e-4));
        assertThat((double) sums.get(c)).isEqualTo(wantedSums[c], within(1e-4));
      }
    }
  }

  @Test
  void reluBackwardLetsThroughWhereTheResultIsPositive() {
    try (Arena arena = new Arena(1 << 16)) {
      Arena.Floats result = numbers(arena, VALUES, 1, 0);
      Arena.Floats gradient = numbers(arena, VALUES, 2, 0);
      Arena.Floats given = arena.takeFloats(VALUES);
      for (int i = 0; i < VALUES; i++) {
        result.set(i, Math.max(0, result.get(i)));
      }

      PRIMITIVES.reluBackward(MAPS).run(result.handle(), gradient.handle(), given.handle());

      for (int i = 0; i < VALUES; i++) {
        assertThat((double) given.get(i)).isEqualTo(result.get(i) > 0 ? gradient.get(i) : 0);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1.0, 1.0", "1.00390625, 1.0", "1.01171875, 1.015625", "-3.3, -3.296875"})
  void anAffineScaleInBfloat16IsRoundedAndTheShiftGoesWithIt(double scale, double rounded) {
    try (Arena arena = new Arena(1 << 16)) {
      Affine affine = new Affine(arena, DType.BFLOAT16, 16);
      affine.set(3, scale, 2, 10);

      assertThat(affine.scale(3)).isEqualTo(rounded);
      assertThat(affine.shift(3)).isEqualTo(10 - 2 * rounded);
    }
  }
}
