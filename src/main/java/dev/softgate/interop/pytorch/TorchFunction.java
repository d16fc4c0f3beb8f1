package dev.softgate.interop.pytorch;

/** A function that a checkpoint's pickle may call, with the range of its number of arguments. */
record TorchFunction(String name, int least, int most, Body body) {

  /** Computes the value; the number of arguments has been checked. */
  @FunctionalInterface
  interface Body {
    Object apply(TorchArguments arguments);
  }
}
