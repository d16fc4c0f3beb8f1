package dev.softgate.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class RunLogTest {

  private static final Logger LOG = LoggerFactory.getLogger(RunLogTest.class);

  @TempDir Path folder;

  @Test
  void appendsOnlyWhileAttached() throws IOException {
    Path file = Files.writeString(folder.resolve("train.log"), "earlier\n");
    LOG.info("before");
    RunLog log = RunLog.attach(file);
    LOG.info("during {}", 1);
    log.close();
    LOG.info("after");
    assertThat(Files.readAllLines(file))
        .hasSize(2)
        .startsWith("earlier")
        .last()
        .asString()
        .matches("\\d{4}-\\d\\d-\\d\\d [\\d:]{8} INFO  RunLogTest during 1");
  }
}
