package dev.softgate.evaluation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Predictions as bytes, for processes that evaluate or train together. */
public final class PredictionsBytes {

  private PredictionsBytes() {}

  /** The bytes of predictions; those of no image are empty arrays. */
  public static byte[] write(Predictions predictions) {
    int images = predictions.ids().length;
    long floats = predictions.logits().length;
    for (GateValues gate : predictions.gates()) {
      floats += images + length(gate.entropyNats()) + length(gate.logits());
    }
    long bytes = Integer.BYTES * (1L + 2L * images + floats) + Double.BYTES;
    ByteBuffer to = ByteBuffer.allocate(Math.toIntExact(bytes));
    to.putInt(images);
    to.putDouble(predictions.penalty() == null ? Double.NaN : predictions.penalty());
    put(to, predictions.ids());
    put(to, predictions.labels());
    put(to, predictions.logits());
    for (GateValues gate : predictions.gates()) {
      put(to, gate.g());
      put(to, gate.entropyNats());
      put(to, gate.logits());
    }
    return to.array();
  }

  private static int length(float @Nullable [] values) {
    return values == null ? 0 : values.length;
  }

  private static void put(ByteBuffer to, int[] values) {
    to.asIntBuffer().put(values);
    to.position(to.position() + Integer.BYTES * values.length);
  }

  private static void put(ByteBuffer to, float @Nullable [] values) {
    if (values != null) {
      to.asFloatBuffer().put(values);
      to.position(to.position() + Float.BYTES * values.length);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param like predictions of the same network, of other images
   */
  public static Predictions read(ByteBuffer from, Predictions like) {
    int images = from.getInt();
    double penalty = from.getDouble();
    int[] ids = ints(from, images);
    int[] labels = ints(from, images);
    float[] logits = floats(from, images * like.classes());
    List<GateValues> gates = new ArrayList<>();
    for (GateValues gate : like.gates()) {
      gates.add(
          new GateValues(
              gate.name(),
              floats(from, images),
              gate.entropyNats() == null ? null : floats(from, images),
              gate.logits() == null ? null : floats(from, images * like.classes())));
    }
    return new Predictions(
        ids, labels, like.classes(), logits, gates, like.penalty() == null ? null : penalty);
  }

  private static int[] ints(ByteBuffer from, int count) {
    int[] values = new int[count];
    from.asIntBuffer().get(values);
    from.position(from.position() + Integer.BYTES * count);
    return values;
  }

  private static float[] floats(ByteBuffer from, int count) {
    float[] values = new float[count];
    from.asFloatBuffer().get(values);
    from.position(from.position() + Float.BYTES * count);
    return values;
  }

  /** Predictions of one network for several parts of the images, one part after the other. */
  public static Predictions joined(List<Predictions> parts) {
    Predictions first = parts.get(0);
    List<GateValues> gates = new ArrayList<>();
    for (int gate = 0; gate < first.gates().size(); gate++) {
      int at = gate;
      List<GateValues> ofGate = parts.stream().map(part -> part.gates().get(at)).toList();
      gates.add(
          new GateValues(
              first.gates().get(gate).name(),
              floats(ofGate.stream().map(GateValues::g).toList()),
              first.gates().get(gate).entropyNats() == null
                  ? null
                  : floats(ofGate.stream().map(GateValues::entropyNats).toList()),
              first.gates().get(gate).logits() == null
                  ? null
                  : floats(ofGate.stream().map(GateValues::logits).toList())));
    }
    return new Predictions(
        ints(parts.stream().map(Predictions::ids).toList()),
        ints(parts.stream().map(Predictions::labels).toList()),
        first.classes(),
        floats(parts.stream().map(Predictions::logits).toList()),
        gates,
        penalty(parts));
  }

  private static @Nullable Double penalty(List<Predictions> parts) {
    if (parts.get(0).penalty() == null) {
      return null;
    }
    double sum = 0;
    long images = 0;
    for (Predictions part : parts) {
      Double penalty = part.penalty();
      if (part.ids().length > 0 && penalty != null) {
        sum += penalty * part.ids().length;
        images += part.ids().length;
      }
    }
    return sum / images;
  }

  private static int[] ints(List<int[]> parts) {
    return parts.stream().flatMapToInt(IntStream::of).toArray();
  }

  private static float[] floats(List<float @Nullable []> parts) {
    int length = parts.stream().mapToInt(PredictionsBytes::length).sum();
    ByteBuffer all = ByteBuffer.allocate(Math.multiplyExact(length, Float.BYTES));
    parts.forEach(part -> put(all, part));
    return floats(all.flip(), length);
  }
}
