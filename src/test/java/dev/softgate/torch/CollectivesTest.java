package dev.softgate.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class CollectivesTest {

  /** Without it a silent name server holds whoever connects for 10 seconds. */
  @Test
  void asksNameServersBriefly() {
    Collectives.load();
    assertThat(torch.get_env(Collectives.RESOLVER).get().getString())
        .isEqualTo(System.getenv().getOrDefault(Collectives.RESOLVER, "timeout:1 attempts:1"));
  }
}
