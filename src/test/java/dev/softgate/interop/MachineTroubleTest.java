package dev.softgate.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MachineTroubleTest {

  private static UncheckedIOException writing(IOException cause) {
    return new UncheckedIOException("cannot write runs/r/summary.json", cause);
  }

  static Stream<Arguments> failures() {
    String writing = "cannot write runs/r/summary.json: ";
    return Stream.of(
        Arguments.of(
            writing(new FileNotFoundException("runs/r/.x.tmp (No space left on device)")),
            writing + "the disk is full; free some space"),
        Arguments.of(
            writing(new IOException("No space left on device")),
            writing + "the disk is full; free some space"),
        Arguments.of(
            new IllegalStateException(
                "while training",
                writing(new FileSystemException("a", "b", "Read-only file system"))),
            writing + "the file system is read-only"),
        Arguments.of(
            writing(new NoSuchFileException("runs/r/.x.tmp")), writing + "no such file or folder"),
        Arguments.of(new AccessDeniedException("out.csv"), "out.csv: permission denied"),
        Arguments.of(
            new UncheckedIOException(
                new FileSystemException("lib.jar", null, "Too many open files")),
            "lib.jar: no file handles are left; raise the limit: ulimit -n 1024"),
        Arguments.of(
            writing(new FileNotFoundException("x.tmp (Kein Speicherplatz verfügbar)")),
            writing + "Kein Speicherplatz verfügbar"),
        Arguments.of(
            writing(new IOException("java.nio.file.FileSystemException: x: Stale file handle")),
            writing + "the network folder is gone"),
        Arguments.of(
            new RuntimeException(
                "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate"
                    + " memory: you tried to allocate 99 bytes. Error code 12"),
            "out of memory: the machine has none left for the computation; use a smaller"
                + " batch or a smaller network, or close other programs"),
        Arguments.of(
            new RuntimeException("std::bad_alloc"),
            "out of memory: the machine has none left for the computation; use a smaller"
                + " batch or a smaller network, or close other programs"),
        Arguments.of(
            new OutOfMemoryError("unable to create native thread"),
            "out of memory or processes: no thread could be started; use fewer threads or raise"
                + " the limit (ulimit -u)"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void describesFailuresInOneLine(Throwable failure, String line) {
    assertThat(MachineTrouble.describe(failure)).isEqualTo(line);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void namesNoClass(Throwable failure, String line) {
    assertThat(line).doesNotContain("Exception", "java.").doesNotContain("\n");
  }

  @Test
  void ignoresBugs() {
    assertThat(MachineTrouble.describe(new IllegalStateException("broken"))).isNull();
    assertThat(MachineTrouble.describe(new OutOfMemoryError("Java heap space")))
        .startsWith("out of memory: the heap of ");
  }
}
