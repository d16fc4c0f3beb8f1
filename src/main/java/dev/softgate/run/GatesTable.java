package dev.softgate.run;

import dev.softgate.evaluation.GateValues;
import dev.softgate.evaluation.Predictions;
import dev.softgate.interop.AtomicFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The network's predictions of a set's images: {@code gates-test.csv}, with the columns {@value
 * #HEADER}. {@code correct} is 1 or 0. {@code entropy} is the image's hardness in nats: that of the
 * gates where they are classifiers, else that of the network's own prediction. {@code g} is the
 * mean over the gates, and empty without one. Several gates have further columns each, {@code g_b2}
 * and, for a classifier, {@code entropy_b2} for the gate on stage 2, {@code g_layer1.0} for the
 * gate in a unit. Numbers are written so that reading gives back the same bits.
 */
public final class GatesTable {

  static final String HEADER = "id,label,predicted,correct,entropy,g";

  private GatesTable() {}

  /**
   * Writes the table atomically.
   *
   * @throws java.io.UncheckedIOException if writing fails
   */
  public static void write(Path file, Predictions predictions) {
    int[] predicted = predictions.predicted();
    float[] gateEntropy = predictions.entropyNats();
    float[] entropy = gateEntropy == null ? predictions.predictionEntropyNats() : gateEntropy;
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("entropy", entropy));
    columns.add(new Column("g", predictions.g()));
    if (predictions.gates().size() > 1) {
      for (GateValues gate : predictions.gates()) {
        if (gate.entropyNats() != null) {
          columns.add(new Column("entropy_" + gate.name(), gate.entropyNats()));
        }
        columns.add(new Column("g_" + gate.name(), gate.g()));
      }
    }
    StringBuilder text = new StringBuilder("id,label,predicted,correct");
    columns.forEach(column -> text.append(',').append(column.name()));
    text.append('\n');
    for (int i = 0; i < predicted.length; i++) {
      int label = predictions.labels()[i];
      text.append(predictions.ids()[i]).append(',').append(label).append(',').append(predicted[i]);
      text.append(',').append(label == predicted[i] ? 1 : 0);
      for (Column column : columns) {
        text.append(',').append(column.values() == null ? "" : Float.toString(column.values()[i]));
      }
      text.append('\n');
    }
    AtomicFiles.writeString(file, text.toString());
  }

  /** Writes the table of a set without images: the header alone. */
  static void writeEmpty(Path file) {
    AtomicFiles.writeString(file, HEADER + "\n");
  }

  /** A value an image; null where there is none for any. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Column(String name, float @Nullable [] values) {}
}
