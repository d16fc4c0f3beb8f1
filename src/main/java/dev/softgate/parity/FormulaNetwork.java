package dev.softgate.parity;

import dev.softgate.gate.GateSpec;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.Architecture;
import dev.softgate.model.BlockKind;
import dev.softgate.model.Layout;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ResNet;
import dev.softgate.model.ShortcutKind;
import dev.softgate.model.StemKind;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;

/**
 * Networks of ImageNet whose weights follow from their names by a formula, so that files of golden
 * numbers stay small.
 */
public final class FormulaNetwork {

  private static final double ROOT = Math.sqrt(3);
  private static final long TRACKED = 7;
  private static final int CLASSES = 1000;

  private FormulaNetwork() {}

  /** A network known by name, behind ImageNet's stem, with 1,000 classes and these weights. */
  public static ResNet of(Architecture arch, GateSpec gate) {
    ModelSpec spec = spec(arch, gate);
    return ResNet.restore(spec, state(new ResNet(spec, 0).state()));
  }

  /** A network known by name, behind ImageNet's stem, with 1,000 classes. */
  static ModelSpec spec(Architecture arch, GateSpec gate) {
    BlockKind block = Objects.requireNonNull(arch.block());
    return new ModelSpec(
        arch,
        block,
        block.depth(arch.units()),
        CLASSES,
        ShortcutKind.PROJECTION,
        gate,
        Layout.behind(StemKind.IMAGENET));
  }

  /** The weights under the names and in the shapes of a state. */
  public static Map<String, HostTensor> state(Map<String, HostTensor> places) {
    Map<String, HostTensor> state = new LinkedHashMap<>();
    places.forEach((name, place) -> state.put(name, tensor(name, place)));
    return state;
  }

  private static HostTensor tensor(String name, HostTensor place) {
    long[] shape = place.shape();
    if (place.type() == ElementType.I64) {
      return HostTensor.ofLongs(new long[] {TRACKED}, shape);
    }
    double scale = 0.1;
    double shift = 0;
    if (shape.length == 4) {
      scale = Math.sqrt(2.0 / (shape[0] * shape[2] * shape[3]));
    } else if (shape.length == 2) {
      scale = 1 / Math.sqrt((double) shape[1]);
    } else if (name.endsWith(".running_var")) {
      scale = 0.3;
      shift = 1;
    } else if (name.endsWith(".weight")) {
      shift = 1;
    }
    float[] values = new float[Math.toIntExact(place.elements())];
    long key = key(name);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (shift + scale * uniform(key + i));
    }
    return HostTensor.ofFloats(values, shape);
  }

  /** Numbers with mean 0 and variance 1, as float32. */
  public static float[] uniform(String name, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) uniform(key(name) + i);
    }
    return values;
  }

  private static long key(String name) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    return crc.getValue() << 32;
  }

  private static double uniform(long counter) {
    long z = counter + 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (2 * ((z >>> 40) / (double) (1 << 24)) - 1) * ROOT;
  }
}
