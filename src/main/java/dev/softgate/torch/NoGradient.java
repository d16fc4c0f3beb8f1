package dev.softgate.torch;

import java.util.function.Supplier;
import org.bytedeco.pytorch.NoGradGuard;

/** Runs computations without recording them for automatic differentiation. */
public final class NoGradient {

  static {
    NativeLibraries.unpack();
  }

  private NoGradient() {}

  /** Runs {@code computation} on this thread without recording, and returns its result. */
  public static <T> T compute(Supplier<T> computation) {
    NoGradGuard guard = new NoGradGuard();
    try {
      return computation.get();
    } finally {
      guard.close();
    }
  }

  /** Runs {@code computation} on this thread without recording. */
  public static void run(Runnable computation) {
    compute(
        () -> {
          computation.run();
          return Boolean.TRUE;
        });
  }
}
