package dev.softgate.torch;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** The element types that Softgate computes with. */
public enum DType {
  /** 32-bit IEEE float: parameters, statistics, losses. */
  FLOAT32(ScalarType.Float, 4),
  /** 16-bit brain float: activations in mixed precision. */
  BFLOAT16(ScalarType.BFloat16, 2),
  /** 64-bit signed integer: labels and counters. */
  INT64(ScalarType.Long, 8);

  final ScalarType scalarType;
  private final int bytes;

  DType(ScalarType scalarType, int bytes) {
    this.scalarType = scalarType;
    this.bytes = bytes;
  }

  /** The size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  static DType of(byte typeMeta) {
    for (DType type : values()) {
      if (type.scalarType.value == typeMeta) {
        return type;
      }
    }
    throw new IllegalStateException("unsupported element type of a tensor: " + typeMeta);
  }
}
