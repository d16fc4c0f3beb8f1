package dev.softgate.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.softgate.torch.DType;
import dev.softgate.torch.TorchRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Convolutions of some shapes on both engines, each engine in a separate process, because a fault
 * may kill it. oneDNN is limited to an instruction set, so that newer processors find the faults of
 * older ones.
 */
class ConvolutionSweepTest {

  private static final List<Path> LIBRARIES =
      List.of(Path.of("/lib/x86_64-linux-gnu"), Path.of("/usr/lib64"), Path.of("/usr/lib"));

  @ParameterizedTest
  @CsvSource({"onednn, FLOAT32, AVX2", "libtorch, FLOAT32, AVX2", "onednn, BFLOAT16, ALL"})
  void someConvolutionsMatchDoublePrecision(String engine, DType type, String instructions)
      throws IOException, InterruptedException {
    sweep(engine, type, instructions, "some");
  }

  static void sweep(String engine, DType type, String instructions, String set)
      throws IOException, InterruptedException {
    assumeThat(type == DType.FLOAT32 || TorchRuntime.hasFastBfloat16())
        .as("skipped: the processor has no bfloat16 arithmetic")
        .isTrue();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
                java,
                "--enable-native-access=ALL-UNNAMED", // JDK 24 and newer warn otherwise
                "-Xmx512m",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=/dev/null",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-cp",
                System.getProperty("java.class.path"),
                ConvolutionSweep.class.getName(),
                engine,
                type.name(),
                set)
            .redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.put("ONEDNN_MAX_CPU_ISA", instructions);
    mallocDebug()
        .ifPresent(
            library -> {
              environment.put("LD_PRELOAD", library.toString()); // detects overruns of native
              // memory
              environment.put("MALLOC_CHECK_", "3");
            });
    Process process = builder.start();
    List<String> lines;
    try (Stream<String> out = process.inputReader(StandardCharsets.UTF_8).lines()) {
      lines = out.toList();
    }
    assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
    assertThat(lines).singleElement().asString().matches("cases: [1-9]\\d+");
  }

  private static Optional<Path> mallocDebug() {
    return LIBRARIES.stream()
        .map(folder -> folder.resolve("libc_malloc_debug.so.0"))
        .filter(Files::exists)
        .findFirst();
  }
}
