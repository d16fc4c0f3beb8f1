package dev.softgate.interop;

/** The element types of a {@link HostTensor}, named as in safetensors headers. */
public enum ElementType {
  F64(8),
  F32(4),
  F16(2),
  /** The upper half of a binary32. */
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U8(1),
  /** One byte, 0 or 1. */
  BOOL(1);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** The size of one element in bytes. */
  public int bytes() {
    return bytes;
  }
}
