package dev.softgate.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The name of this machine, without asking a name server, which takes seconds offline. */
final class HostName {

  private static final Path LINUX_NAME = Path.of("/proc/sys/kernel/hostname");

  private HostName() {}

  /** The name as part of a file name; {@code localhost} if unknown. */
  static String current() {
    String name =
        fromKernel()
            .or(() -> Optional.ofNullable(System.getenv("COMPUTERNAME")))
            .or(() -> Optional.ofNullable(System.getenv("HOSTNAME")))
            .orElse("")
            .strip()
            .replaceAll("[^A-Za-z0-9_-]", "-");
    return name.isEmpty() ? "localhost" : name;
  }

  private static Optional<String> fromKernel() {
    try {
      return Files.isReadable(LINUX_NAME)
          ? Optional.of(Files.readString(LINUX_NAME))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
