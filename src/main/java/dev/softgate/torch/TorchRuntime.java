package dev.softgate.torch;

import com.sun.management.OperatingSystemMXBean;
import dev.softgate.BadInputException;
import dev.softgate.interop.Sha256;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/** The native library of this process: its threads, version, memory and processor. */
public final class TorchRuntime {

  /** The maximum number of threads per processor. */
  private static final int THREADS_EACH = 4;

  /** The limit on small machines, so that they can resume runs from large ones. */
  private static final int LEAST_LIMIT = 64;

  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final Path STATUS = Path.of("/proc/self/status");

  private TorchRuntime() {}

  /**
   * Loads libtorch and sets its number of threads. The OpenBLAS that multiplies matrices for
   * libtorch gets one thread for the whole process: the matrices are small, and its threads would
   * occupy all processors and spin for a while after each product, while others compute
   * (docs/decisions/0024).
   *
   * @param threads 0 for one per processor
   * @return the number of threads
   * @throws BadInputException if libtorch cannot be unpacked or {@code threads} is out of range
   */
  public static int start(int threads) {
    int count = threads(threads, Runtime.getRuntime().availableProcessors());
    NativeLibraries.unpack();
    torch.set_num_threads(count);
    openblas_nolapack.blas_set_num_threads(1);
    return count;
  }

  /**
   * Returns the number of threads to use. More threads than processors are allowed, because the
   * bits of a run depend on their number, up to a limit that protects the machine's memory.
   *
   * @param threads 0 for one per processor
   * @throws BadInputException if {@code threads} is out of range
   */
  static int threads(int threads, int processors) {
    int most = Math.max(LEAST_LIMIT, THREADS_EACH * processors);
    if (threads < 0 || threads > most) {
      throw new BadInputException(
          "threads: must be from 0 (one per processor) to %d on this machine with %d processors, found %d"
              .formatted(most, processors, threads));
    }
    return threads == 0 ? processors : threads;
  }

  /**
   * Unpacks libtorch if necessary and starts loading it on its own thread, in parallel with reading
   * files. An error while loading is reported by the next use.
   */
  public static void loadAhead() {
    NativeLibraries.unpack();
    Thread loader = new Thread(() -> start(0), "libtorch loader");
    loader.setDaemon(true);
    loader.setUncaughtExceptionHandler((thread, error) -> {});
    loader.start();
  }

  /**
   * Limits native code that the calling thread runs to that thread: for threads that divide the
   * work themselves. Other threads keep their setting.
   */
  public static void computeAlone() {
    computeWith(1);
  }

  /**
   * Sets how many threads native code uses that the calling thread runs, itself included. Other
   * threads keep their setting.
   *
   * @param threads at least 1
   */
  public static void computeWith(int threads) {
    torch.set_num_threads(threads);
  }

  /** The version of libtorch and its preset, such as {@code 2.10.0-1.5.13}. */
  public static String version() {
    try {
      return Loader.getVersion("org.bytedeco", "pytorch");
    } catch (IOException e) {
      throw new IllegalStateException("cannot read the version of the libtorch preset", e);
    }
  }

  /** The number of live native objects. It is equal before and after a scoped step. */
  public static long livePointers() {
    return Pointer.totalCount();
  }

  /** The peak resident memory of this process in bytes; 0 if the system does not report it. */
  public static long peakResidentBytes() {
    return bytes(STATUS, "VmHWM:").orElse(0);
  }

  /**
   * The bytes of memory that this process can still allocate: what Linux reports as available,
   * limited by the container's memory; {@link Long#MAX_VALUE} if the system does not report it.
   */
  public static long availableBytes() {
    long available = bytes(MEMORY, "MemAvailable:").orElse(Long.MAX_VALUE);
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? Math.min(available, system.getTotalMemorySize())
        : available;
  }

  /**
   * The best instruction set for matrix arithmetic that the processor supports and that {@code
   * ONEDNN_MAX_CPU_ISA} allows: {@code amx}, {@code avx512-bf16}, {@code avx512}, {@code avx2} or
   * {@code other}.
   */
  public static String instructionSet() {
    Map<String, String> environment = System.getenv();
    String limit =
        environment.getOrDefault(
            "ONEDNN_MAX_CPU_ISA", environment.getOrDefault("DNNL_MAX_CPU_ISA", ""));
    return instructionSet(processorFlags(), limit);
  }

  /**
   * The best instruction set of the processor up to a limit.
   *
   * @param limit the limit as oneDNN reads it, in either case; unknown values set no limit
   */
  static String instructionSet(Set<String> flags, String limit) {
    String most = limit.toUpperCase(Locale.ROOT);
    boolean avx512 = !most.matches("SSE41|AVX|AVX2|AVX2_VNNI|AVX2_VNNI_2");
    boolean bfloat16 = avx512 && !most.matches("AVX512_CORE|AVX512_CORE_VNNI");
    boolean amx = bfloat16 && !most.matches("AVX512_CORE_(BF16|FP16)|AVX10_1_512");
    if (amx && flags.contains("amx_bf16")) {
      return "amx";
    }
    if (bfloat16 && flags.contains("avx512_bf16")) {
      return "avx512-bf16";
    }
    if (avx512 && flags.contains("avx512f")) {
      return "avx512";
    }
    return !most.matches("SSE41|AVX") && flags.contains("avx2") ? "avx2" : "other";
  }

  /** Whether the hardware computes in bfloat16, so that it is faster. */
  public static boolean hasFastBfloat16() {
    return Set.of("amx", "avx512-bf16").contains(instructionSet());
  }

  /** Whether the processor has 512-bit vectors. */
  public static boolean hasAvx512() {
    return Set.of("amx", "avx512-bf16", "avx512").contains(instructionSet());
  }

  /** Eight hexadecimal digits that identify the kind of processor. */
  public static String processor() {
    String kind =
        Arrays.stream(lines(PROCESSOR))
            .filter(line -> line.matches("(vendor_id|cpu family|model|model name|stepping)\\s*:.*"))
            .distinct()
            .collect(Collectors.joining("\n", "", instructionSet()));
    return Sha256.of(kind.getBytes(StandardCharsets.UTF_8)).substring(0, 8);
  }

  private static Set<String> processorFlags() {
    return Arrays.stream(lines(PROCESSOR))
        .filter(line -> line.startsWith("flags"))
        .findFirst()
        .map(line -> Set.copyOf(Arrays.asList(line.replaceFirst("^[^:]*:\\s*", "").split("\\s+"))))
        .orElse(Set.of());
  }

  /** Reads a line that gives a number of kilobytes. */
  private static OptionalLong bytes(Path file, String key) {
    return Arrays.stream(lines(file))
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst();
  }

  private static String[] lines(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8).split("\n");
    } catch (IOException e) {
      return new String[0];
    }
  }
}
