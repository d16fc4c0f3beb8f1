package dev.softgate.engine;

import dev.softgate.Choice;
import dev.softgate.torch.DType;
import dev.softgate.torch.Device;

/** The arithmetic of a network's backbone. */
public enum Precision implements Choice {
  /** bfloat16 where the device is fast at it, else float32. */
  AUTO,

  /** float32. */
  FP32,

  /** bfloat16, with weights in float32. */
  BF16;

  /** The type on a device. */
  DType type(Device device) {
    boolean half = this == AUTO ? device.hasFastBfloat16() : this == BF16;
    return half ? DType.BFLOAT16 : DType.FLOAT32;
  }
}
