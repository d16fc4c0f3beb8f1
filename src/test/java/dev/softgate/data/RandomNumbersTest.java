package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.data.SplitMix64.Purpose;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Both generators, held to published outputs where there are some. */
class RandomNumbersTest {

  @Test
  void splitMixMatchesThePublishedStream() {
    long gamma = 0x9E3779B97F4A7C15L;
    assertThat(SplitMix64.mix(gamma)).isEqualTo(0xE220A8397B1DCDAFL);
    assertThat(SplitMix64.mix(2 * gamma)).isEqualTo(0x6E789E6AA1B965F4L);
    assertThat(SplitMix64.mix(3 * gamma)).isEqualTo(0x06C45D188009454FL);
  }

  @Test
  void hashDependsOnEveryWord() {
    Set<Long> hashes = new HashSet<>();
    int made = 0;
    for (Purpose purpose : Purpose.values()) {
      for (int i = 0; i < 64; i++, made++) {
        hashes.add(SplitMix64.hash(purpose, i & 3, (i >> 2) & 3, (i >> 4) & 3));
      }
    }
    assertThat(hashes).hasSize(made);
  }

  @Test
  void boundedNumbersAreUniform() {
    SplitMix64 random = new SplitMix64(Purpose.SUBSET, 1, 2, 3);
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[random.below(7)]++;
    }
    // 10,000 expected, deviation 93: five of them
    assertThat(Arrays.stream(counts)).allMatch(count -> Math.abs(count - 10_000) < 465);
  }

  @Test
  void unitNumbersHaveUniformMoments() {
    SplitMix64 random = new SplitMix64(Purpose.SUBSET, 1, 2, 3);
    double[] values = IntStream.range(0, 100_000).mapToDouble(i -> random.unit()).toArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    double square = Arrays.stream(values).map(v -> v * v).average().orElseThrow();
    assertThat(Arrays.stream(values)).allMatch(v -> v >= 0 && v < 1);
    assertThat(mean).isBetween(0.495, 0.505);
    assertThat(square).isBetween(0.328, 0.339);
  }

  @Test
  void mersenneTwisterMatchesTheStandardStream() {
    // C++ (ISO 14882, rand.predef): the 10,000th output of the default seed is 4123659995
    NumpyLegacyRandom random = new NumpyLegacyRandom(5489);
    assertThat(Integer.toUnsignedLong(random.next32())).isEqualTo(3499211612L);
    assertThat(Integer.toUnsignedLong(random.next32())).isEqualTo(581869302L);
    for (int i = 3; i < 10_000; i++) {
      random.next32();
    }
    assertThat(Integer.toUnsignedLong(random.next32())).isEqualTo(4123659995L);
  }

  @Test
  void numpySeedZeroMatchesNumpy() {
    // numpy.random.seed(0); numpy.random.random_sample(3)
    NumpyLegacyRandom random = new NumpyLegacyRandom(0);
    for (double expected :
        new double[] {0.5488135039273248, 0.7151893663724195, 0.6027633760716439}) {
      double high = random.next32() >>> 5;
      double low = random.next32() >>> 6;
      assertThat((high * 67108864.0 + low) / 9007199254740992.0).isEqualTo(expected);
    }
  }

  @Test
  void replaysNumpysShuffle() {
    // numpy.random.seed(0); numpy.random.permutation(10)
    int[] ids = IntStream.range(0, 10).toArray();
    new NumpyLegacyRandom(0).shuffle(ids);
    assertThat(ids).containsExactly(2, 8, 4, 9, 1, 6, 7, 3, 0, 5);
  }
}
