package dev.softgate.gate;

import dev.softgate.torch.Tensor;

/** What a gate on a stage sees of a tap. */
enum GateView {
  /** The average over all pixels, one number a channel. */
  POOLED("a tap, averaged over its pixels") {
    @Override
    int features(int channels) {
      return channels;
    }

    @Override
    Tensor of(Tensor tap) {
      return tap.globalAveragePool();
    }
  },

  /**
   * The averages over a grid of 8×8 cells, channel by channel: the whole map at the published size.
   * Differs: the published layers fit that size only (docs/decisions/0014).
   */
  GRID("a tap, averaged over 8x8 cells") {
    @Override
    int features(int channels) {
      return channels * SIDE * SIDE;
    }

    @Override
    Tensor of(Tensor tap) {
      return tap.gridAveragePool(SIDE).flattenEach();
    }
  };

  private static final int SIDE = 8;

  private final String words;

  GateView(String words) {
    this.words = words;
  }

  /** What it sees, in words for a table. */
  final String words() {
    return words;
  }

  /** How many numbers it sees of an image. */
  abstract int features(int channels);

  /** N×C×H×W, float32 or bfloat16 → N×features, float32. */
  abstract Tensor of(Tensor tap);
}
