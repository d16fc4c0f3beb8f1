package dev.softgate.model;

import static java.util.Objects.requireNonNull;

import dev.softgate.gate.GateKind;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateSpec;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The network written down a second time: plain loops in double precision, straight from the
 * equations, sharing no code with the first.
 */
public final class NaiveResNet {

  private static final double EPSILON = 1e-5;
  private static final double MOMENTUM = 0.1;

  private final ModelSpec spec;
  private final Map<String, double[]> state = new LinkedHashMap<>();
  private final Map<String, long[]> shapes = new LinkedHashMap<>();
  private final List<Gate> gates = new ArrayList<>();
  private boolean training;

  /** A network with the values of {@code network}'s parameters and buffers. */
  public NaiveResNet(ModelSpec spec, Map<String, HostTensor> network) {
    this.spec = spec;
    network.forEach(
        (name, tensor) -> {
          if (tensor.type() == ElementType.F32) {
            float[] values = tensor.toFloats();
            double[] copy = new double[values.length];
            Arrays.setAll(copy, i -> values[i]);
            state.put(name, copy);
            shapes.put(name, tensor.shape());
          }
        });
  }

  /** The values under a name; writing to them changes the network. */
  public double[] values(String name) {
    return requireNonNull(state.get(name), name);
  }

  /** Images of one layer: value of image n, channel c, row y, column x. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Maps(double[][][][] v) {
    int images() {
      return v.length;
    }

    int channels() {
      return v[0].length;
    }

    int height() {
      return v[0][0].length;
    }

    int width() {
      return v[0][0][0].length;
    }

    static Maps zeros(int images, int channels, int height, int width) {
      return new Maps(new double[images][channels][height][width]);
    }
  }

  /**
   * A gate's output: logits (empty where it has none), entropy (empty where it is no classifier),
   * and g of each image; for a gate in a unit, the mean.
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Gate(double[][] logits, double[] entropy, double[] g, double penalty) {

    /** Mean −ln softmax(logits)[label]. */
    public double loss(int... labels) {
      return Output.crossEntropy(logits, labels);
    }
  }

  /** What a forward pass gives. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Output(double[][] logits, List<Gate> gates) {

    /** Mean −ln softmax(logits)[label]. */
    public double classificationLoss(int... labels) {
      return crossEntropy(logits, labels);
    }

    /** Mean over the gates; NaN without one. */
    public double penalty() {
      return gates.stream().mapToDouble(Gate::penalty).average().orElse(Double.NaN);
    }

    private static double crossEntropy(double[][] logits, int... labels) {
      double sum = 0;
      for (int n = 0; n < labels.length; n++) {
        sum -= Math.log(softmax(logits[n])[labels[n]]);
      }
      return sum / labels.length;
    }
  }

  /**
   * Classifies images; with {@code training}, by the batch's statistics, and moves the running
   * ones.
   *
   * @param pixels N×3×H×W
   */
  public Output forward(float[] pixels, int images, int height, int width, boolean training) {
    this.training = training;
    Maps x = Maps.zeros(images, 3, height, width);
    int next = 0;
    for (int n = 0; n < images; n++) {
      for (int c = 0; c < 3; c++) {
        for (int h = 0; h < height; h++) {
          for (int w = 0; w < width; w++) {
            x.v[n][c][h][w] = pixels[next++];
          }
        }
      }
    }
    gates.clear();
    boolean preactivation = spec.arch() == Architecture.PRERESNET;
    x = convolution(x, "conv1", spec.stem() == StemKind.IMAGENET ? 2 : 1);
    x = preactivation ? x : relu(norm(x, "bn1"));
    x = spec.stem() == StemKind.CIFAR ? x : maxima(x);
    int stages = (int) IntStream.rangeClosed(1, 9).filter(stage -> units(stage) > 0).count();
    for (int stage = 1; stage <= stages; stage++) {
      x = stage(x, stage);
    }
    x = preactivation ? relu(norm(x, "bn")) : x;
    return new Output(linear(pool(x), "fc"), List.copyOf(gates));
  }

  /** The largest of the 3×3 pixels around every second pixel. */
  private static Maps maxima(Maps x) {
    Maps y = Maps.zeros(x.images(), x.channels(), (x.height() + 1) / 2, (x.width() + 1) / 2);
    for (int n = 0; n < y.images(); n++) {
      for (int c = 0; c < y.channels(); c++) {
        for (int h = 0; h < y.height(); h++) {
          for (int w = 0; w < y.width(); w++) {
            double most = Double.NEGATIVE_INFINITY;
            for (int i = Math.max(0, 2 * h - 1); i <= Math.min(x.height() - 1, 2 * h + 1); i++) {
              for (int j = Math.max(0, 2 * w - 1); j <= Math.min(x.width() - 1, 2 * w + 1); j++) {
                most = Math.max(most, x.v[n][c][i][j]);
              }
            }
            y.v[n][c][h][w] = most;
          }
        }
      }
    }
    return y;
  }

  /** As many as the state has of a stage, whatever their names. */
  private int units(int stage) {
    boolean published = state.keySet().stream().anyMatch(name -> name.startsWith("o1."));
    String taps = published ? (stage == 3 ? "o[12]" : "none") : "o" + stage + "[12]";
    return (int)
        state.keySet().stream()
            .filter(
                name -> name.matches("(layer" + stage + "\\.\\d+|" + taps + ")\\.conv1\\.weight"))
            .count();
  }

  private Maps stage(Maps input, int stage) {
    GateSpec gate = spec.gate();
    int units = units(stage);
    int stride = stage == 1 ? 1 : 2;
    String layer = "layer" + stage + ".";
    if (spec.additionalUnits(stage) == 0) {
      Maps x = input;
      for (int i = 0; i < units; i++) {
        x = unit(x, layer + i, i == 0 ? stride : 1);
      }
      return x;
    }
    int after = gate.after().get(gate.stages().indexOf(stage));
    boolean published = gate.stages().equals(List.of(3)) && after == 1;
    String suffix = published ? "" : Integer.toString(stage);
    Maps o1 = unit(input, after > 1 ? layer + 0 : "o" + suffix + 1, stride);
    for (int i = 1; i < after; i++) {
      o1 = unit(o1, layer + i, 1);
    }
    Maps o2 = o1;
    for (int i = after; i < units; i++) {
      String name = i == units - 1 ? "o" + suffix + 2 : layer + (i - 1);
      o2 = unit(o2, after > 1 ? layer + i : name, 1);
    }
    Gate judged = judge(Family.tap(gate).of(o1, o2), published ? "g_layer" : "g_layer_b" + stage);
    gates.add(judged);
    double[] g = judged.g();
    return zip(o2, o1, (n, c, y, x, two, one) -> g[n] * two + (1 - g[n]) * one);
  }

  private Gate judge(Maps tap, String name) {
    boolean pooled = !spec.gate().kind().sees().contains("cells");
    double[][] z = linear(linear(pooled ? pool(tap) : grid(tap), name + ".0"), name + ".1");
    double[][] none = new double[0][];
    double[] nothing = new double[0];
    return switch (spec.gate().kind()) {
      case CLASSIFIER, ENTROPY -> {
        double[] entropy = Arrays.stream(z).mapToDouble(row -> entropy(softmax(row))).toArray();
        yield new Gate(z, entropy, Arrays.stream(entropy).map(this::gate).toArray(), 0);
      }
      case SIGMOID -> {
        double[] g = Arrays.stream(z).mapToDouble(row -> sigmoid(row[0])).toArray();
        yield new Gate(none, nothing, g, penaltyOfWeights(Arrays.stream(g)));
      }
      case TWO_WAY -> {
        double[][] p = Arrays.stream(z).map(NaiveResNet::softmax).toArray(double[][]::new);
        yield new Gate(
            z,
            nothing,
            Arrays.stream(p).mapToDouble(row -> row[1]).toArray(),
            penaltyOfChoices(Arrays.stream(z).map(row -> new double[] {row[0], row[1]}).toList()));
      }
      case NONE, EXCLUSIVE, SHORTCUT, OWNED_CHANNELS ->
          throw new IllegalStateException("not on a stage");
    };
  }

  private double penaltyOfWeights(DoubleStream g) {
    return spec.gate().penalty() == GatePenalty.NONE
        ? 0
        : g.map(v -> v * v).average().orElseThrow();
  }

  /** The penalty for choices (idle, busy), where idle is right. */
  private double penaltyOfChoices(List<double[]> choices) {
    return switch (spec.gate().penalty()) {
      case NONE -> 0;
      case CROSS_ENTROPY ->
          choices.stream().mapToDouble(z -> -Math.log(softmax(z)[0])).average().orElseThrow();
      case BINARY_CROSS_ENTROPY ->
          choices.stream()
              .mapToDouble(z -> (-Math.log(sigmoid(z[0])) - Math.log(1 - sigmoid(z[1]))) / 2)
              .average()
              .orElseThrow();
      case L2 -> throw new IllegalStateException("no weight");
    };
  }

  private double gate(double h) {
    int classes = spec.classes();
    double half = classes == 10 ? 2.3026 / 2 : classes == 100 ? 4.6052 / 2 : Math.log(classes) / 2;
    return switch (Family.calibration(spec.gate())) {
      case NORMALISED -> sigmoid(8 * h / Math.log(classes) - 4);
      case PUBLISHED -> sigmoid((h - half + 1.15) * 8 / 2.3 - 4);
      case UNSCALED -> sigmoid(h - half);
      case RAW -> h;
    };
  }

  private Maps unit(Maps x, String name, int stride) {
    boolean preactivation = spec.arch() == Architecture.PRERESNET;
    int layers = spec.block() == BlockKind.BASIC ? 2 : 3;
    Maps branch = x;
    for (int i = 1; i <= layers; i++) {
      boolean first = spec.block() == BlockKind.BOTTLENECK_STRIDE_FIRST;
      int step = i == (first ? 1 : layers - 1) ? stride : 1; // else the first 3×3
      String conv = name + ".conv" + i;
      String bn = name + ".bn" + i;
      if (preactivation) {
        branch = convolution(relu(norm(branch, bn)), conv, step);
      } else {
        branch = norm(convolution(branch, conv, step), bn);
        branch = i < layers ? relu(branch) : branch;
      }
    }
    Maps shortcut = x;
    if (state.containsKey(name + ".downsample.0.weight")) {
      shortcut = convolution(x, name + ".downsample.0", stride);
      shortcut = preactivation ? shortcut : norm(shortcut, name + ".downsample.1");
    } else if (branch.channels() != x.channels() || stride != 1) {
      shortcut = pad(x, branch);
    }
    if (state.containsKey(name + ".gate_layer.weight")) {
      return relu(weigh(branch, shortcut, biased(x, name + ".gate_layer", stride)));
    }
    Maps sum = zip(branch, shortcut, (n, c, row, column, f, s) -> f + s);
    return preactivation ? sum : relu(sum);
  }

  /** Every second pixel or 2×2 means, in the middle or the first channels; zero in the others. */
  private Maps pad(Maps x, Maps like) {
    Maps padded = Maps.zeros(like.images(), like.channels(), like.height(), like.width());
    boolean middle = spec.shortcut() == ShortcutKind.PAD;
    int before = middle ? (like.channels() - x.channels()) / 2 : 0;
    int step = x.height() > like.height() || x.width() > like.width() ? 2 : 1;
    for (int n = 0; n < x.images(); n++) {
      for (int c = 0; c < x.channels(); c++) {
        for (int h = 0; h < like.height(); h++) {
          for (int w = 0; w < like.width(); w++) {
            padded.v[n][before + c][h][w] =
                spec.shortcut() == ShortcutKind.PAD_END
                    ? mean(x.v[n][c], h * step, w * step, step)
                    : x.v[n][c][h * step][w * step];
          }
        }
      }
    }
    return padded;
  }

  private static double mean(double[][] map, int row, int column, int size) {
    double sum = 0;
    int count = 0;
    for (int h = row; h < Math.min(row + size, map.length); h++) {
      for (int w = column; w < Math.min(column + size, map[h].length); w++) {
        sum += map[h][w];
        count++;
      }
    }
    return sum / count;
  }

  private Maps biased(Maps x, String name, int stride) {
    double[] bias = values(name + ".bias");
    Maps y = convolution(x, name, stride);
    return zip(y, y, (n, c, row, column, value, same) -> value + bias[c]);
  }

  /** F·w + shortcut·v, with w and v from the gate's convolution. */
  private Maps weigh(Maps branch, Maps shortcut, Maps z) {
    GateSpec gate = spec.gate();
    boolean choice = gate.penalty() == GatePenalty.CROSS_ENTROPY;
    int decisions = choice ? z.channels() / 2 : z.channels();
    Maps g = Maps.zeros(z.images(), decisions, z.height(), z.width());
    List<double[]> choices = new ArrayList<>();
    for (int n = 0; n < z.images(); n++) {
      for (int c = 0; c < decisions; c++) {
        for (int h = 0; h < z.height(); h++) {
          for (int w = 0; w < z.width(); w++) {
            double first = z.v[n][c][h][w];
            if (choice) {
              double second = z.v[n][decisions + c][h][w];
              choices.add(new double[] {second, first});
              g.v[n][c][h][w] = softmax(new double[] {1e-4 * first, 1e-4 * second})[0];
            } else {
              g.v[n][c][h][w] = sigmoid(first);
            }
          }
        }
      }
    }
    double[] means = Arrays.stream(g.v).mapToDouble(i -> all(i).average().orElseThrow()).toArray();
    double penalty =
        choice
            ? penaltyOfChoices(choices)
            : penaltyOfWeights(Arrays.stream(g.v).flatMapToDouble(NaiveResNet::all));
    gates.add(new Gate(new double[0][], new double[0], means, penalty));
    boolean exclusive = gate.kind() == GateKind.EXCLUSIVE;
    return zip(
        branch,
        shortcut,
        (n, c, h, w, f, s) -> {
          double weight = g.v[n][decisions == 1 ? 0 : c][h][w];
          return (exclusive ? weight : 1) * f + (1 - weight) * s;
        });
  }

  private static DoubleStream all(double[][][] image) {
    return Arrays.stream(image).flatMap(Arrays::stream).flatMapToDouble(Arrays::stream);
  }

  /** A value from two at the same place. */
  private interface Pointwise {
    double of(int n, int c, int row, int column, double a, double b);
  }

  private static Maps zip(Maps a, Maps b, Pointwise function) {
    Maps y = Maps.zeros(a.images(), a.channels(), a.height(), a.width());
    for (int n = 0; n < y.images(); n++) {
      for (int c = 0; c < y.channels(); c++) {
        for (int h = 0; h < y.height(); h++) {
          for (int w = 0; w < y.width(); w++) {
            y.v[n][c][h][w] = function.of(n, c, h, w, a.v[n][c][h][w], b.v[n][c][h][w]);
          }
        }
      }
    }
    return y;
  }

  private Maps convolution(Maps x, String name, int stride) {
    double[] weight = values(name + ".weight");
    long[] shape = requireNonNull(shapes.get(name + ".weight"));
    int out = (int) shape[0];
    int in = (int) shape[1];
    int k = (int) shape[2];
    int height = (x.height() + stride - 1) / stride;
    int width = (x.width() + stride - 1) / stride;
    Maps y = Maps.zeros(x.images(), out, height, width);
    for (int n = 0; n < x.images(); n++) {
      for (int o = 0; o < out; o++) {
        for (int h = 0; h < height; h++) {
          for (int w = 0; w < width; w++) {
            double sum = 0;
            for (int i = 0; i < in; i++) {
              for (int r = 0; r < k; r++) {
                for (int s = 0; s < k; s++) {
                  int row = h * stride + r - k / 2;
                  int column = w * stride + s - k / 2;
                  if (row >= 0 && row < x.height() && column >= 0 && column < x.width()) {
                    sum += weight[((o * in + i) * k + r) * k + s] * x.v[n][i][row][column];
                  }
                }
              }
            }
            y.v[n][o][h][w] = sum;
          }
        }
      }
    }
    return y;
  }

  private Maps norm(Maps x, String name) {
    double[] scale = values(name + ".weight");
    double[] shift = values(name + ".bias");
    double[] runningMean = values(name + ".running_mean");
    double[] runningVariance = values(name + ".running_var");
    int count = x.images() * x.height() * x.width();
    Maps y = Maps.zeros(x.images(), x.channels(), x.height(), x.width());
    for (int c = 0; c < x.channels(); c++) {
      double mean = runningMean[c];
      double variance = runningVariance[c];
      if (training) {
        mean = 0;
        for (double[][][] image : x.v) {
          mean += Arrays.stream(image[c]).flatMapToDouble(Arrays::stream).sum() / count;
        }
        double center = mean;
        variance = 0;
        for (double[][][] image : x.v) {
          variance +=
              Arrays.stream(image[c])
                      .flatMapToDouble(Arrays::stream)
                      .map(v -> (v - center) * (v - center))
                      .sum()
                  / count;
        }
        runningMean[c] = (1 - MOMENTUM) * runningMean[c] + MOMENTUM * mean;
        runningVariance[c] =
            (1 - MOMENTUM) * runningVariance[c] + MOMENTUM * variance * count / (count - 1);
      }
      for (int n = 0; n < x.images(); n++) {
        for (int h = 0; h < x.height(); h++) {
          for (int w = 0; w < x.width(); w++) {
            y.v[n][c][h][w] =
                (x.v[n][c][h][w] - mean) / Math.sqrt(variance + EPSILON) * scale[c] + shift[c];
          }
        }
      }
    }
    return y;
  }

  private static Maps relu(Maps x) {
    return zip(x, x, (n, c, row, column, value, same) -> Math.max(0, value));
  }

  private static double[][] pool(Maps x) {
    double[][] means = new double[x.images()][x.channels()];
    for (int n = 0; n < x.images(); n++) {
      for (int c = 0; c < x.channels(); c++) {
        means[n][c] =
            Arrays.stream(x.v[n][c]).flatMapToDouble(Arrays::stream).average().orElseThrow();
      }
    }
    return means;
  }

  /** The averages over 8×8 cells, channel by channel; cells may share pixels. */
  private static double[][] grid(Maps x) {
    double[][] cells = new double[x.images()][x.channels() * 64];
    for (int n = 0; n < x.images(); n++) {
      for (int c = 0; c < x.channels(); c++) {
        for (int i = 0; i < 64; i++) {
          int top = i / 8 * x.height() / 8;
          int left = i % 8 * x.width() / 8;
          int bottom = ((i / 8 + 1) * x.height() + 7) / 8;
          int right = ((i % 8 + 1) * x.width() + 7) / 8;
          double sum = 0;
          for (int h = top; h < bottom; h++) {
            for (int w = left; w < right; w++) {
              sum += x.v[n][c][h][w];
            }
          }
          cells[n][c * 64 + i] = sum / ((bottom - top) * (right - left));
        }
      }
    }
    return cells;
  }

  private double[][] linear(double[][] x, String name) {
    double[] weight = values(name + ".weight");
    double[] bias = values(name + ".bias");
    double[][] y = new double[x.length][bias.length];
    for (int n = 0; n < x.length; n++) {
      for (int o = 0; o < bias.length; o++) {
        y[n][o] = bias[o];
        for (int i = 0; i < x[n].length; i++) {
          y[n][o] += weight[o * x[n].length + i] * x[n][i];
        }
      }
    }
    return y;
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private static double[] softmax(double[] logits) {
    double sum = Arrays.stream(logits).map(Math::exp).sum();
    return Arrays.stream(logits).map(z -> Math.exp(z) / sum).toArray();
  }

  private static double entropy(double[] probabilities) {
    return -Arrays.stream(probabilities).map(p -> p * Math.log(p)).sum();
  }
}
