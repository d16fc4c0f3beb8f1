package dev.softgate.gate;

import dev.softgate.BadInputException;
import dev.softgate.Choice;
import dev.softgate.torch.Tensor;

/**
 * How hardness becomes a weight: g = sigmoid(a·H + b), with H in nats and a > 0, so that g rises
 * with H; or H itself.
 *
 * <p>Source: the published description for the sigmoid, the published code for its constants.
 */
public enum GateCalibration implements Choice {

  /** g = sigmoid(8·H/ln K − 4): H from 0 to ln K gives g from 0.018 to 0.982, for any K ≥ 2. */
  NORMALISED {
    @Override
    double slope(int classes) {
      return 8 / Math.log(classes);
    }

    @Override
    double offset(int classes) {
      return -4;
    }
  },

  /** g = sigmoid((H − c + 1.15)·8/2.3 − 4) with c = 2.3026/2 or 4.6052/2: only K = 10 and 100. */
  PUBLISHED {
    @Override
    double slope(int classes) {
      return 8 / 2.3;
    }

    @Override
    double offset(int classes) {
      return (1.15 - center(classes)) * 8 / 2.3 - 4;
    }

    @Override
    public void requireClasses(int classes) {
      if (classes != 10 && classes != 100) {
        throw new BadInputException(
            "gate calibration 'published' has constants for 10 and 100 classes only, not for "
                + classes
                + "; use {gate-calibration} normalised");
      }
    }
  },

  /** g = sigmoid(H − c) with c = ln(K)/2, for 10 and 100 classes rounded as in the code. */
  UNSCALED {
    @Override
    double slope(int classes) {
      return 1;
    }

    @Override
    double offset(int classes) {
      return -center(classes);
    }
  },

  /** g = H itself, in nats: from 0 to ln K, so that the additional layers may count double. */
  RAW {
    @Override
    double slope(int classes) {
      return 1;
    }

    @Override
    double offset(int classes) {
      return 0;
    }

    @Override
    public Tensor gate(Tensor entropyNats, int classes) {
      return entropyNats;
    }

    @Override
    public double gate(double entropyNats, int classes) {
      return entropyNats;
    }

    @Override
    double greatest(int classes) {
      return Math.log(classes);
    }
  };

  abstract double slope(int classes);

  abstract double offset(int classes);

  /** Throws BadInputException if this calibration is not defined for K = {@code classes}. */
  public void requireClasses(int classes) {
    if (classes < 2) {
      throw new BadInputException(
          "a gate needs at least 2 classes, the data has " + classes + "; use {gate} none");
    }
  }

  /** The weight g, float32, N, in (0, 1) ({@link #RAW}: [0, ln K]), of H, float32, N, in nats. */
  public Tensor gate(Tensor entropyNats, int classes) {
    return entropyNats.multiply(slope(classes)).add(offset(classes)).sigmoid();
  }

  /** The same in double precision for one image. */
  public double gate(double entropyNats, int classes) {
    return 1 / (1 + Math.exp(-(slope(classes) * entropyNats + offset(classes))));
  }

  /** A bound that no g exceeds. */
  double greatest(int classes) {
    return 1;
  }

  /** Half the greatest entropy, with the published rounding where there is one. */
  private static double center(int classes) {
    return switch (classes) {
      case 10 -> 2.3026 / 2;
      case 100 -> 4.6052 / 2;
      default -> Math.log(classes) / 2;
    };
  }
}
