package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, with a build and a Java that only say that they ran. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

  @TempDir Path folder;

  private Path project;
  private Path source;

  @BeforeEach
  void makeProject() throws IOException {
    project = Files.createDirectories(folder.resolve("a project"));
    Files.copy(Path.of("softgate"), project.resolve("softgate"));
    source = Files.createDirectories(project.resolve("src/main")).resolve("Main.java");
    Files.writeString(source, "");
    Files.writeString(project.resolve("pom.xml"), "");
    script(
        project.resolve("mvnw"),
        "echo \"$*\" >> builds; sleep 0.2; mkdir -p target; echo jar > target/softgate.jar");
    java(17);
  }

  private void java(int version) throws IOException {
    Path home = Files.createDirectories(folder.resolve("jdk"));
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + ".0.1\"\n");
    script(home.resolve("bin/java"), "for word in \"$@\"; do echo \"<$word>\"; done");
  }

  private static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Process start(Path launcher, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    builder.environment().put("SOFTGATE_JAVA_OPTS", "-Xmx8g -Da=b");
    return builder.start();
  }

  private CommandRun run(Path launcher, String... arguments)
      throws IOException, InterruptedException {
    Process process = start(launcher, arguments);
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new CommandRun(process.waitFor(), out, err);
  }

  private Path launcher() {
    return project.resolve("softgate");
  }

  private List<String> builds() throws IOException {
    Path builds = project.resolve("builds");
    return Files.exists(builds) ? Files.readAllLines(builds) : List.of();
  }

  @Test
  void buildsOnceAndPassesArguments() throws IOException, InterruptedException {
    CommandRun first = run(launcher(), "train", "--data-dir", "it's here");
    assertThat(first.err()).isEqualTo("softgate: building Softgate, once...\n");
    assertThat(first.exitCode()).isZero();
    assertThat(first.out())
        .endsWith("<dev.softgate.cli.Main>\n<train>\n<--data-dir>\n<it's here>\n")
        .contains(
            "<--enable-native-access=ALL-UNNAMED>",
            "<-Dorg.bytedeco.javacpp.maxPhysicalBytes=0>",
            "<-Dorg.bytedeco.javacpp.maxBytes=0>",
            "<-Xmx8g>\n<-Da=b>",
            "/a project/target/softgate.jar:");
    CommandRun second = run(launcher());
    assertThat(second.err()).isEmpty();
    assertThat(builds()).hasSize(1);
  }

  @Test
  void rebuildsAfterASourceChange() throws IOException, InterruptedException {
    run(launcher());
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(run(launcher()).err()).contains("building");
    assertThat(builds()).hasSize(2);
  }

  @Test
  void worksThroughASymbolicLink() throws IOException, InterruptedException {
    Files.createDirectory(folder.resolve("bin"));
    Files.createSymbolicLink(folder.resolve("bin/inner"), Path.of("../a project/softgate"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("bin/inner"));
    assertThat(run(link).exitCode()).isZero();
    assertThat(project.resolve("target/softgate.jar")).exists();
  }

  @Test
  void concurrentFirstUsesBuildOnce() throws IOException, InterruptedException {
    List<Process> uses = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      uses.add(start(launcher(), "use"));
    }
    for (Process use : uses) {
      String out = new String(use.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(use.waitFor()).isZero();
      assertThat(out).endsWith("<use>\n");
    }
    assertThat(builds()).hasSize(1);
  }

  @Test
  void retriesAFailedBuild() throws IOException, InterruptedException {
    script(project.resolve("mvnw"), "echo no compiler; echo x >> builds; exit 1");
    CommandRun run = run(launcher());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("no compiler", "softgate: the build failed");
    run(launcher());
    assertThat(builds()).hasSize(2);
  }

  @Test
  void rejectsAnOldOrMissingJava() throws IOException, InterruptedException {
    java(11);
    CommandRun old = run(launcher());
    assertThat(old.exitCode()).isEqualTo(2);
    assertThat(old.err()).contains("is Java 11; Softgate needs a JDK 17 or newer").hasLineCount(1);
    Files.delete(folder.resolve("jdk/bin/java"));
    CommandRun none = run(launcher());
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("install a JDK 17 or newer").hasLineCount(1);
    assertThat(builds()).isEmpty();
  }
}
