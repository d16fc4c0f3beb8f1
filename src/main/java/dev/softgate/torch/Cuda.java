package dev.softgate.torch;

import dev.softgate.BadInputException;
import org.bytedeco.pytorch.CUDAHooksInterface;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * What libtorch knows of this machine's graphics cards. CUDA decides which cards this process sees:
 * {@code CUDA_VISIBLE_DEVICES} hides and orders them.
 */
final class Cuda {

  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

  private Cuda() {}

  /** The reason why no card can be used, in one line; null if one can. */
  static @Nullable String missing() {
    NativeLibraries.unpack();
    if (!Context.hasCUDART() && NativeLibraries.areForCuda()) {
      return "libtorch for CUDA did not load: it needs cuBLAS 13, cuDNN 9, cuSOLVER 12, cuSPARSE 12"
          + " and NCCL 2 in /usr/local/cuda/lib64 or on LD_LIBRARY_PATH; install them, or"
          + " build with ./mvnw -Pcuda,cuda-libraries -DskipTests package";
    }
    if (!Context.hasCUDART()) {
      return "this build of Softgate has libtorch for the CPU only; build it with ./mvnw -Pcuda"
          + " -DskipTests package";
    }
    try (CUDAHooksInterface hooks = torch.getCUDAHooks()) {
      hooks.init();
      return null;
    } catch (RuntimeException e) {
      return reason(String.valueOf(e.getMessage()), System.getenv(VISIBLE));
    }
  }

  /**
   * Explains why CUDA did not start.
   *
   * @param message what libtorch says; further lines are its stack
   * @param visible the value of {@code CUDA_VISIBLE_DEVICES}; null if it is not set
   */
  static String reason(String message, @Nullable String visible) {
    String first = message.lines().findFirst().orElse("");
    if (first.contains("no NVIDIA driver")) {
      return "this machine has no NVIDIA driver; install one for CUDA 13";
    }
    if (first.contains("driver on your system is too old")) {
      return "the NVIDIA driver is too old; install one for CUDA 13";
    }
    if (first.contains("No CUDA GPUs")) {
      return visible == null
          ? "the NVIDIA driver finds no graphics card"
          : "the NVIDIA driver shows no graphics card with %s=%s".formatted(VISIBLE, visible);
    }
    return "CUDA does not start: " + first;
  }

  /**
   * Prepares a card for computing: float32 means float32, without the ten-bit fractions of TF32,
   * and cuDNN takes algorithms whose results repeat.
   *
   * @param named the text that named the device, for messages
   * @throws BadInputException if it cannot be used
   */
  static Device open(String named, int index) {
    String missing = missing();
    if (missing != null) {
      throw new BadInputException(
          "{device} %s: %s, or choose {device} cpu".formatted(named, missing));
    }
    int cards = torch.cuda_device_count();
    if (index >= cards) {
      throw new BadInputException(
          "{device} %s: there is no graphics card %d; this process sees %s"
              .formatted(named, index, cards == 1 ? "cuda:0" : "cuda:0 to cuda:" + (cards - 1)));
    }
    Context context = torch.globalContext();
    context.setAllowTF32CuDNN(false);
    context.setAllowTF32CuBLAS(false);
    context.setDeterministicCuDNN(true);
    return Device.cuda(index);
  }

  /** Whether the current card computes bfloat16 fast: from compute capability 8.0 (Ampere). */
  static boolean hasFastBfloat16() {
    try (CUDAHooksInterface hooks = torch.getCUDAHooks()) {
      return hooks.supportsBFloat16ConvolutionWithCuDNNv8();
    }
  }
}
