package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.softgate.JavaProcess;
import dev.softgate.data.check.TestPhotos;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Names outside ASCII in a process that was started with {@code LC_ALL=C}. */
@EnabledOnOs(OS.LINUX)
class LocaleProcessTest {

  @TempDir Path dir;

  private record Ended(int exitCode, String err) {}

  private Ended softgate(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = JavaProcess.of(command.toArray(String[]::new));
    builder.environment().put("LC_ALL", "C");
    Path err = dir.resolve("err");
    Process process =
        builder.redirectOutput(dir.resolve("out").toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), Files.readString(err, StandardCharsets.UTF_8));
  }

  @Test
  void saysWhatToSetBeforeItReadsAnyImage() throws Exception {
    assumeThat(System.getProperty("sun.jnu.encoding")).startsWith("UTF");
    TestPhotos.write(TestPhotos.photo(1, 40, 30), dir.resolve("set/cat/1.png"));
    TestPhotos.write(TestPhotos.photo(2, 40, 30), dir.resolve("set/dog/2.png"));
    String set = dir.resolve("set").toString();
    assertThat(softgate("data", "check", set).exitCode()).as("names in ASCII").isZero();

    TestPhotos.write(TestPhotos.photo(3, 40, 30), dir.resolve("set/cat/k\u00e4tzchen.png"));
    Path list = dir.resolve("list.csv");
    Files.writeString(list, "path,label\nset/cat/k\u00e4tzchen.png,cat\n");
    for (String named : List.of(set, list.toString(), dir + "/k\u00e4tzchen")) {
      Ended ended = softgate("data", "check", named);
      assertThat(ended.exitCode()).isEqualTo(2);
      assertThat(ended.err().lines().filter(line -> !line.contains("INFO")))
          .singleElement()
          .asString()
          .startsWith("softgate: ")
          .endsWith("set LC_ALL=C.UTF-8 and repeat");
    }
  }
}
