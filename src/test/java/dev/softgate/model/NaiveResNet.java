package dev.softgate.model;

import static java.util.Objects.requireNonNull;

import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateTap;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

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

  /** What a forward pass gives; gate values are empty without a gate. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Output(double[][] logits, double[][] gateLogits, double[] entropy, double[] g) {

    /** Mean −ln softmax(logits)[label]. */
    public double classificationLoss(int... labels) {
      return crossEntropy(logits, labels);
    }

    /** The same of the gate's logits. */
    public double gateLoss(int... labels) {
      return crossEntropy(gateLogits, labels);
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
    x = relu(norm(convolution(x, "conv1", 1), "bn1"));
    int units = (spec.depth() - 2) / (spec.block() == BlockKind.BASIC ? 6 : 9);
    for (int i = 0; i < units; i++) {
      x = unit(x, "layer1." + i, 1);
    }
    for (int i = 0; i < units; i++) {
      x = unit(x, "layer2." + i, i == 0 ? 2 : 1);
    }
    if (!spec.gated()) {
      for (int i = 0; i < units; i++) {
        x = unit(x, "layer3." + i, i == 0 ? 2 : 1);
      }
      return new Output(linear(pool(x), "fc"), new double[0][], new double[0], new double[0]);
    }
    Maps o1 = unit(x, "o1", 2);
    x = o1;
    for (int i = 0; i < units - 2; i++) {
      x = unit(x, "layer3." + i, 1);
    }
    Maps o2 = unit(x, "o2", 1);
    double[][] seen = pool(spec.gate().tap() == GateTap.ENTRY ? o1 : o2);
    double[][] gateLogits = linear(linear(seen, "g_layer.0"), "g_layer.1");
    double[] entropy = new double[images];
    double[] g = new double[images];
    Maps mixed = Maps.zeros(images, o1.channels(), o1.height(), o1.width());
    for (int n = 0; n < images; n++) {
      entropy[n] = entropy(softmax(gateLogits[n]));
      g[n] = gate(entropy[n]);
      for (int c = 0; c < mixed.channels(); c++) {
        for (int h = 0; h < mixed.height(); h++) {
          for (int w = 0; w < mixed.width(); w++) {
            mixed.v[n][c][h][w] = g[n] * o2.v[n][c][h][w] + (1 - g[n]) * o1.v[n][c][h][w];
          }
        }
      }
    }
    return new Output(linear(pool(mixed), "fc"), gateLogits, entropy, g);
  }

  private double gate(double entropy) {
    if (spec.gate().calibration() != GateCalibration.NORMALISED) {
      throw new IllegalArgumentException("written for the normalised calibration only");
    }
    return 1 / (1 + Math.exp(-(8 * entropy / Math.log(spec.classes()) - 4)));
  }

  private Maps unit(Maps x, String name, int stride) {
    Maps branch;
    if (spec.block() == BlockKind.BASIC) {
      branch = relu(norm(convolution(x, name + ".conv1", stride), name + ".bn1"));
      branch = norm(convolution(branch, name + ".conv2", 1), name + ".bn2");
    } else {
      branch = relu(norm(convolution(x, name + ".conv1", 1), name + ".bn1"));
      branch = relu(norm(convolution(branch, name + ".conv2", stride), name + ".bn2"));
      branch = norm(convolution(branch, name + ".conv3", 1), name + ".bn3");
    }
    Maps shortcut = x;
    if (state.containsKey(name + ".downsample.0.weight")) {
      shortcut = norm(convolution(x, name + ".downsample.0", stride), name + ".downsample.1");
    }
    Maps sum = Maps.zeros(x.images(), branch.channels(), branch.height(), branch.width());
    for (int n = 0; n < sum.images(); n++) {
      for (int c = 0; c < sum.channels(); c++) {
        for (int h = 0; h < sum.height(); h++) {
          for (int w = 0; w < sum.width(); w++) {
            sum.v[n][c][h][w] = branch.v[n][c][h][w] + shortcut.v[n][c][h][w];
          }
        }
      }
    }
    return relu(sum);
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
    Maps y = Maps.zeros(x.images(), x.channels(), x.height(), x.width());
    for (int n = 0; n < x.images(); n++) {
      for (int c = 0; c < x.channels(); c++) {
        for (int h = 0; h < x.height(); h++) {
          for (int w = 0; w < x.width(); w++) {
            y.v[n][c][h][w] = Math.max(0, x.v[n][c][h][w]);
          }
        }
      }
    }
    return y;
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

  private static double[] softmax(double[] logits) {
    double sum = Arrays.stream(logits).map(Math::exp).sum();
    return Arrays.stream(logits).map(z -> Math.exp(z) / sum).toArray();
  }

  private static double entropy(double[] probabilities) {
    return -Arrays.stream(probabilities).map(p -> p * Math.log(p)).sum();
  }
}
