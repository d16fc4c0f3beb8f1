package dev.softgate.battery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.softgate.battery.Program.Ended;
import dev.softgate.battery.Program.Running;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Failures that the machine causes: no space, no permission, no folder, no file handles, little
 * memory, another locale. One line explains each, saved state survives, and what can resume ends
 * with the same bits.
 */
@Tag(Battery.TAG)
class MachineFaultsTest {

  private static final Cell CELL = Cell.ALL.get(0);

  private final Instant started = Instant.now();
  private final List<Path> mounted = new ArrayList<>();

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    for (Path mount : mounted) {
      shell("umount", "-l", mount.toString());
    }
  }

  private void figure(String what, boolean held, String detail) {
    Figures.add("machine", what, 1, held ? 1 : 0, detail, Duration.between(started, Instant.now()));
    assertThat(held).as("%s: %s", what, detail).isTrue();
  }

  /** The class path of an installed program: jars, which stay open. */
  private static String installed() {
    Path jar = Battery.folder("installed").resolve("softgate.jar");
    List<String> path = new ArrayList<>(List.of(jar.toString()));
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (part.endsWith(".jar")) {
        path.add(part);
      } else if (Files.exists(Path.of(part, "logback.xml")) && !Files.exists(jar)) {
        int made =
            ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(System.out, System.err, "cf", jar.toString(), "-C", part, ".");
        assertThat(made).isZero();
      }
    }
    return String.join(File.pathSeparator, path);
  }

  /** The first claim that does not hold, or none. */
  private static String first(String... claims) {
    for (String claim : claims) {
      if (!claim.isEmpty()) {
        return claim;
      }
    }
    return "";
  }

  private static String claim(boolean holds, String otherwise) {
    return holds ? "" : otherwise;
  }

  private static int shell(String... words) throws IOException, InterruptedException {
    return new ProcessBuilder(words).redirectErrorStream(true).start().waitFor();
  }

  /** Mounts a small file system; the test is skipped if that is not allowed. */
  private Path mount(String name, String size) throws IOException, InterruptedException {
    Path folder = Battery.folder("machine/" + name);
    int ended = shell("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder.toString());
    if (ended != 0) {
      Figures.skipped("machine", name, "mounting a tmpfs needs root");
    }
    assumeThat(ended).as("mounting a tmpfs needs root").isZero();
    mounted.add(folder);
    return folder;
  }

  /** Keeps the process's work files outside the full or read-only folder. */
  private static String[] into(Path runs, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    int at = all.indexOf("runs");
    if (at >= 0) {
      all.set(at, runs.toString());
    }
    return all.toArray(String[]::new);
  }

  /** Waits until one of three epochs is over, and stops the process until it gets SIGCONT. */
  private static void holdAfterAnEpoch(Running process, Path run) {
    while (process.alive() && !Files.exists(run.resolve("checkpoints/epoch-0001.safetensors"))) {
      LockSupport.parkNanos(1_000_000);
    }
    process.signal("STOP");
    assertThat(process.alive()).as("still training").isTrue();
  }

  /** All differences except those in the configuration, which names another folder. */
  private static List<String> differences(Path run) {
    return Reference.of(CELL).differences(run).stream()
        .filter(difference -> !difference.equals("config.yaml"))
        .filter(difference -> !difference.endsWith(" metadata config"))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1m", "4m", "7m"})
  void resumesAfterAFullDisk(String size) throws IOException, InterruptedException {
    Path disk = mount("disk full at " + size, size);
    Path work = Battery.folder("machine/work");
    Path run = disk.resolve("run");

    Ended full = Program.in(work).run(into(disk, CELL.train()));
    boolean said = full.saysWhy(1, 2) && full.failure().contains("space");
    shell("mount", "-o", "remount,size=64m", disk.toString());
    boolean saved = Files.exists(run.resolve("checkpoints/last.safetensors"));
    if (!saved) {
      Battery.delete(run);
    }
    Ended resumed =
        saved
            ? Program.in(work).run("train", "--resume", run.toString())
            : Program.in(work).run(into(disk, CELL.train()));
    List<String> differences = saved && resumed.exitCode() == 0 ? differences(run) : List.of();

    String wrong =
        first(
            claim(said, "full: " + full),
            claim(resumed.exitCode() == 0, "resumed: " + resumed),
            claim(differences.isEmpty(), differences.toString()));
    figure(
        "disk of " + size + " full, resumed after room was made",
        wrong.isEmpty(),
        wrong.isEmpty() ? (saved ? "equal bits" : "nothing had been saved yet") : wrong);
  }

  @Test
  void resumesAfterAReadOnlyFolder() throws IOException, InterruptedException {
    Path disk = mount("read-only", "64m");
    Path work = Battery.folder("machine/work");
    Path run = disk.resolve("run");
    Running process = Program.in(work).start(into(disk, CELL.train()));
    holdAfterAnEpoch(process, run);
    // A file that is open for writing forbids a remount, but not a second, read-only view of it.
    boolean readOnly =
        shell("mount", "--bind", disk.toString(), disk.toString()) == 0
            && shell("mount", "-o", "remount,bind,ro", disk.toString()) == 0;
    process.signal("CONT");
    Ended ended = process.await();
    boolean said = readOnly && ended.saysWhy(1, 2);
    mounted.add(disk);
    shell("mount", "-o", "remount,bind,rw", disk.toString());
    Ended resumed = Program.in(work).run("train", "--resume", run.toString());
    List<String> differences = resumed.exitCode() == 0 ? differences(run) : List.of();

    String wrong =
        first(
            claim(said, "read-only: " + ended),
            claim(resumed.exitCode() == 0, "resumed: " + resumed),
            claim(differences.isEmpty(), differences.toString()));
    figure("run folder read-only, resumed when it was not", wrong.isEmpty(), wrong);
  }

  @Test
  void checksWritabilityBeforeComputing() throws IOException, InterruptedException {
    Path disk = mount("nothing can be written", "64m");
    Path work = Battery.folder("machine/work");
    Path run = disk.resolve("run");
    Ended trained = Program.in(work).run(into(disk, CELL.train()));
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(shell("mount", "-o", "remount,ro", disk.toString())).isZero();
    List<String> wrong = new ArrayList<>();
    for (String command : new String[] {"score", "report", "skip --calibrate"}) {
      List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
      words.add(1, run.toString());
      Ended ended = Program.in(work).run(words.toArray(String[]::new));
      if (!ended.saysWhy(1, 2)) {
        wrong.add(command + ": " + ended);
      }
    }
    figure("score, report, skip of a read-only run", wrong.isEmpty(), String.join(" ", wrong));
  }

  @Test
  void reportsAMissingRunsFolder() {
    Path folder = Battery.folder("machine/gone");
    Path run = folder.resolve("runs/run");
    Running process = Program.in(folder).start(CELL.train());
    holdAfterAnEpoch(process, run);
    Battery.delete(run);
    process.signal("CONT");
    Ended ended = process.await();
    figure("run folder deleted while it trained", ended.saysWhy(1, 2), ended.failure());
  }

  @Test
  void rejectsASecondProcessOnARun() {
    Path folder = Battery.folder("machine/two");
    Path run = folder.resolve("runs/run");
    Running first = Program.in(folder).start(CELL.train());
    holdAfterAnEpoch(first, run);
    Ended second = Program.in(folder).run("train", "--resume", "runs/run");
    Ended evaluated = Program.in(folder).run("eval", "runs/run");
    first.signal("CONT");
    Ended end = first.await();
    List<String> differences =
        end.exitCode() == 0 ? Reference.of(CELL).differences(run) : List.of();

    String wrong =
        first(
            claim(
                second.saysWhy(2) && second.err().contains(Long.toString(first.process().pid())),
                "second: " + second),
            claim(evaluated.exitCode() == 0, "eval of a live run: " + evaluated),
            claim(end.exitCode() == 0, "first: " + end),
            claim(differences.isEmpty(), differences.toString()));
    figure("two processes on one run", wrong.isEmpty(), wrong);
  }

  @ParameterizedTest
  @CsvSource({
    "LC_ALL, tr_TR.UTF-8, -Duser.language=tr -Duser.country=TR",
    "LC_ALL, de_DE.UTF-8, -Duser.language=de -Duser.country=DE",
    "LC_ALL, ar_EG.UTF-8, -Duser.language=ar -Duser.country=EG -Duser.extensions=u-nu-arab",
    "LC_ALL, C, -Dfile.encoding=US-ASCII",
    "TZ, Asia/Kathmandu, -Duser.timezone=Asia/Kathmandu",
    "TZ, Pacific/Apia, -Duser.timezone=Pacific/Apia",
    "HOME, '', -Dunused=1",
    "HOME, /proc/none, -Duser.home=/proc/none",
    "LANG, C, -Xmx256m"
  })
  void resultDoesNotDependOnTheEnvironment(String variable, String value, String options) {
    Path folder = Battery.folder("machine/surrounding");
    Path run = folder.resolve("runs/run");
    Program program = Program.in(folder).with(options.split(" ", -1)).where(variable, value);
    Ended end = program.run(CELL.train());
    boolean cache = end.failure().contains("native libraries");
    Ended scored = end.exitCode() == 0 ? program.run("score", "runs/run", "--threads", "1") : end;
    List<String> differences =
        scored.exitCode() == 0 ? RunFiles.differences(Reference.of(CELL).run(), run) : List.of();
    // Without a home there may be no place for the native libraries: reporting that is right.
    boolean refused = variable.equals("HOME") && cache && end.saysWhy(2);
    String wrong =
        refused
            ? ""
            : first(
                claim(end.exitCode() == 0, "train: " + end),
                claim(scored.exitCode() == 0, "score: " + scored),
                claim(differences.isEmpty(), differences.toString()));
    figure(
        "%s=%s %s".formatted(variable, value.isEmpty() ? "(unset)" : value, options),
        wrong.isEmpty(),
        wrong.isEmpty() ? (refused ? "refused in one line" : "equal bits") : wrong);
  }

  /** With fewer handles than the virtual machine needs, the launcher reports the error. */
  @ParameterizedTest
  @ValueSource(ints = {16, 32, 63})
  void reportsTooFewFileHandles(int handles) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", "-c", "ulimit -n " + handles + "; exec ./softgate models")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    boolean held =
        process.waitFor() != 0
            && said.lines().count() == 1
            && said.startsWith("softgate: ")
            && Ended.isPlain(said);
    figure("ulimit -n " + handles, held, said);
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 72, 80, 96, 128})
  void worksWithOrReportsFewFileHandles(int handles) {
    Path folder = Battery.folder("machine/handles");
    Ended end =
        Program.in(folder)
            .with("-cp", installed())
            .wrapped("sh", "-c", "ulimit -n " + handles + "; exec \"$@\"", "sh")
            .run(CELL.train());
    List<String> differences =
        end.exitCode() == 0
            ? Reference.of(CELL).differences(folder.resolve("runs/run"))
            : List.of();
    String wrong =
        first(
            claim(
                end.exitCode() == 0 || (end.failure().contains("handle") && end.saysWhy(1, 2)),
                end.toString()),
            claim(differences.isEmpty(), differences.toString()));
    figure(
        "ulimit -n " + handles,
        wrong.isEmpty(),
        wrong.isEmpty() ? end.exitCode() == 0 ? "equal bits" : end.failure() : wrong);
  }
}
