package dev.softgate.torch;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** The element types that Softgate computes with. */
public enum DType {
  /** 32-bit IEEE float: parameters, statistics, losses. */
  FLOAT32(ScalarType.Float),
  /** 16-bit brain float: activations of the fast path. */
  BFLOAT16(ScalarType.BFloat16),
  /** 64-bit signed integer: labels and counters. */
  INT64(ScalarType.Long);

  final ScalarType scalarType;

  DType(ScalarType scalarType) {
    this.scalarType = scalarType;
  }

  static DType of(byte typeMeta) {
    for (DType type : values()) {
      if (type.scalarType.value == typeMeta) {
        return type;
      }
    }
    throw new IllegalStateException("tensor of an element type Softgate does not use: " + typeMeta);
  }
}
