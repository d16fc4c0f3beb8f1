package dev.softgate.interop.pytorch;

/**
 * A function that a checkpoint's pickle may call. It is computed in Java; no Python code runs.
 *
 * @param name its name in the pickle, with its module
 * @param least the minimum number of arguments
 * @param most the maximum number of arguments
 */
record TorchFunction(String name, int least, int most, Body body) {

  /** Computes the value; the number of arguments has been checked. */
  @FunctionalInterface
  interface Body {
    Object apply(TorchArguments arguments);
  }
}
