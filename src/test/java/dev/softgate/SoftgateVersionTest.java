package dev.softgate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SoftgateVersionTest {

  @Test
  void matchesTheBuildVersion() {
    assertThat(SoftgateVersion.current()).matches("\\d+\\.\\d+\\.\\d+(-[A-Za-z0-9.]+)?");
  }
}
