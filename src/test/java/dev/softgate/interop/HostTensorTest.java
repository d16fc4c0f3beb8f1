package dev.softgate.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostTensorTest {

  @ParameterizedTest
  @CsvSource({
    "0x0000, 0.0",
    "0x8000, -0.0",
    "0x3c00, 1.0",
    "0xc000, -2.0",
    "0x3555, 0.333251953125",
    "0x7bff, 65504.0",
    "0x0001, 5.9604644775390625E-8",
    "0x83ff, -6.097555160522461E-5",
    "0x0400, 6.103515625E-5",
    "0x7c00, Infinity",
    "0xfc00, -Infinity",
    "0x7e00, NaN",
  })
  void widensHalfPrecision(String bits, float expected) {
    assertThat(twoBytes(ElementType.F16, bits).toFloats()).containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 0x3c00",
    "-0.0, 0x8000",
    "65519.996, 0x7bff",
    "65520, 0x7c00",
    "-1e30, 0xfc00",
    "Infinity, 0x7c00",
    "NaN, 0x7e00",
    "1.00048828125, 0x3c00", // half way, to even
    "1.00146484375, 0x3c02", // half way, to even
    "1.0004884, 0x3c01",
    "2.9802322E-8, 0x0000", // half the least
    "2.9802326E-8, 0x0001",
    "6.1035153E-5, 0x0400", // up to the least normal one
  })
  void roundsToHalfPrecision(float value, String bits) {
    assertThat(HostTensor.ofHalves(new float[] {value}, 1).data().getShort(0))
        .isEqualTo((short) (int) Integer.decode(bits));
  }

  @Test
  void widensHalfPrecisionOnly() {
    HostTensor halves = HostTensor.ofHalves(new float[] {1.5f, -2}, 1, 2);
    HostTensor floats = halves.widened();

    assertThat(floats.type()).isEqualTo(ElementType.F32);
    assertThat(floats.shape()).containsExactly(1, 2);
    assertThat(floats.toFloats()).containsExactly(1.5f, -2);
    assertThat(floats.widened()).isSameAs(floats);
  }

  @Test
  void roundTripsHalfPrecision() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = twoBytes(ElementType.F16, "" + bits).toFloats()[0];
      if (!Float.isNaN(value)) {
        assertThat(HostTensor.ofHalves(new float[] {value}, 1).data().getShort(0))
            .isEqualTo((short) bits);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0x3f80, 1.0",
    "0xc049, -3.140625",
    "0x8000, -0.0",
    "0x0001, 9.18354961579912E-41",
    "0xff80, -Infinity",
    "0x7fc0, NaN",
  })
  void widensBrainFloat(String bits, float expected) {
    assertThat(twoBytes(ElementType.BF16, bits).toFloats()).containsExactly(expected);
  }

  @Test
  void roundsDoubles() {
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putDouble(0.1).putDouble(-1e300).flip();

    assertThat(HostTensor.of(ElementType.F64, bytes, 2).toFloats())
        .containsExactly(0.1f, Float.NEGATIVE_INFINITY);
  }

  @ParameterizedTest
  @CsvSource({
    "I8, -2, 0xfe",
    "U8, 254, 0xfe",
    "BOOL, 1, 0x01",
    "I16, -2, 0xfffe",
    "I32, -2, 0xfffffffe",
    "I64, 4886718345, 0x123456789",
  })
  void widensIntegers(ElementType type, long expected, String bits) {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(0, Long.decode(bits)).limit(type.bytes());

    assertThat(HostTensor.of(type, bytes, 1).toLongs()).containsExactly(expected);
  }

  @Test
  void keepsFloatsBitForBit() {
    float[] values = new float[1000];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }

    HostTensor tensor = HostTensor.ofFloats(values, 10, 100);

    float[] copy = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      assertThat(Float.floatToRawIntBits(copy[i])).isEqualTo(Float.floatToRawIntBits(values[i]));
    }
    assertThat(tensor).hasToString("F32[10, 100]");
  }

  @Test
  void viewsAreIndependentAndReadOnly() {
    HostTensor tensor = HostTensor.ofLongs(new long[] {7, 8}, 2);

    assertThat(tensor.data().getLong()).isEqualTo(7);
    assertThat(tensor.data().getLong()).isEqualTo(7);
    assertThat(tensor.data().isReadOnly()).isTrue();
    tensor.shape()[0] = 99;
    assertThat(tensor.shape()).containsExactly(2);
  }

  @Test
  void usesTheRemainingBytes() {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 9}).position(1).limit(4);

    assertThat(HostTensor.of(ElementType.U8, bytes, 3).toLongs()).containsExactly(1, 2, 3);
  }

  @Test
  void countsElementsOfScalarsAndEmptyTensors() {
    assertThat(HostTensor.ofLongs(new long[] {5}).elements()).isEqualTo(1);
    assertThat(HostTensor.ofFloats(new float[0], 3, 0, 1L << 62).elements()).isZero();
  }

  @Test
  void rejectsMismatchedSizes() {
    assertThatThrownBy(() -> HostTensor.ofFloats(new float[3], 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("F32[2, 2] takes 16 bytes, but 12 are given");
    assertThatThrownBy(() -> HostTensor.ofFloats(new float[3], -3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("negative");
    assertThatThrownBy(() -> HostTensor.ofFloats(new float[3], 1L << 40, 1L << 40))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too large");
  }

  @Test
  void rejectsReadingAsAnotherKind() {
    assertThatThrownBy(() -> HostTensor.ofLongs(new long[1], 1).toFloats())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("I64[1]");
    assertThatThrownBy(() -> HostTensor.ofFloats(new float[1], 1).toLongs())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("F32[1]");
  }

  private static HostTensor twoBytes(ElementType type, String bits) {
    ByteBuffer bytes = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort(0, (short) Integer.decode(bits).intValue());
    return HostTensor.of(type, bytes, 1);
  }
}
