package dev.softgate.interop.pytorch;

/**
 * A function that pickles of checkpoints may call: what it makes of its arguments is computed here,
 * and nothing of Python's runs.
 *
 * @param name as the pickle has it, with its module
 * @param least how few arguments it takes
 * @param most how many
 */
record TorchFunction(String name, int least, int most, Body body) {

  /** Makes the value; the number of arguments has been checked. */
  @FunctionalInterface
  interface Body {
    Object apply(TorchArguments arguments);
  }
}
