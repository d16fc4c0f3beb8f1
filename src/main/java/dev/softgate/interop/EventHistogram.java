package dev.softgate.interop;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * Values counted in TensorFlow's default buckets, as event files store them. The edges are 0 and
 * ±10⁻¹²·1.1ⁱ up to ±10²⁰. A bucket includes its lower edge and excludes its limit. The buckets
 * from the first to the last with values are written, after an empty one.
 *
 * <p>Source: {@code SummaryWriter.default_bins} and {@code make_histogram} of tensorboardX.
 * Differs: values beyond ±10²⁰ count in the outermost buckets instead of being dropped.
 */
final class EventHistogram {

  private static final int MIN = 1;
  private static final int MAX = 2;
  private static final int NUM = 3;
  private static final int SUM = 4;
  private static final int SUM_SQUARES = 5;
  private static final int BUCKET_LIMIT = 6;
  private static final int BUCKET = 7;

  private static final double[] EDGES = edges();

  private final int[] counts = new int[EDGES.length - 1];
  private int count;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private double sum;
  private double sumOfSquares;

  private EventHistogram() {}

  static EventHistogram of(float[] values) {
    EventHistogram histogram = new EventHistogram();
    for (float value : values) {
      if (Float.isFinite(value)) {
        histogram.add(value);
      }
    }
    return histogram;
  }

  private static double[] edges() {
    double[] positive = new double[1000];
    int length = 0;
    for (double edge = 1e-12; edge < 1e20; edge *= 1.1) {
      positive[length++] = edge;
    }
    double[] edges = new double[2 * length + 1];
    for (int i = 0; i < length; i++) {
      edges[length + 1 + i] = positive[i];
      edges[length - 1 - i] = -positive[i];
    }
    return edges;
  }

  private void add(double value) {
    int found = Arrays.binarySearch(EDGES, value == 0 ? 0.0 : value);
    int bucket = found >= 0 ? found : -found - 2;
    counts[Math.max(0, Math.min(counts.length - 1, bucket))]++;
    count++;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    sumOfSquares += value * value;
  }

  int count() {
    return count;
  }

  /** Writes the fields of a {@code HistogramProto}; there must be at least one value. */
  void writeTo(CodedOutputStream out) throws IOException {
    int first = 0;
    while (counts[first] == 0) {
      first++;
    }
    int last = counts.length - 1;
    while (counts[last] == 0) {
      last--;
    }
    out.writeDouble(MIN, min);
    out.writeDouble(MAX, max);
    out.writeDouble(NUM, count);
    out.writeDouble(SUM, sum);
    out.writeDouble(SUM_SQUARES, sumOfSquares);
    int packedBytes = (last - first + 2) * Double.BYTES;
    writePackedHeader(out, BUCKET_LIMIT, packedBytes);
    for (int edge = first; edge <= last + 1; edge++) {
      out.writeDoubleNoTag(EDGES[edge]);
    }
    writePackedHeader(out, BUCKET, packedBytes);
    out.writeDoubleNoTag(0);
    for (int bucket = first; bucket <= last; bucket++) {
      out.writeDoubleNoTag(counts[bucket]);
    }
  }

  private static void writePackedHeader(CodedOutputStream out, int field, int bytes)
      throws IOException {
    final int lengthDelimited = 2;
    out.writeTag(field, lengthDelimited);
    out.writeUInt32NoTag(bytes);
  }
}
