package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.interop.AtomicFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one run. It is a run's folder if it has {@code config.yaml} and {@code
 * checkpoints/}; the other files appear as the run proceeds.
 *
 * @param path the folder's path
 */
public record RunFolder(Path path) {

  private static final int MAX_NAME_BYTES = 200;
  private static final int MAX_SAME_NAME = 9999;
  private static final String CONFIG = "config.yaml";
  private static final String CHECKPOINTS = "checkpoints";
  private static final String CHECKPOINT_SUFFIX = ".safetensors";

  /**
   * Makes a new run's folder, with an empty {@code checkpoints/}. A name that is taken gets the
   * first free suffix of {@code -2}, {@code -3}, …; processes that do so at the same time get
   * different folders.
   *
   * @param runsDir where runs lie; made if it is missing
   * @throws BadInputException if the name cannot be a folder's or {@code runsDir} is a file
   * @throws UncheckedIOException if the folder cannot be made
   */
  public static RunFolder create(Path runsDir, String name) {
    checkName(name);
    requirePlace(runsDir);
    try {
      Files.createDirectories(runsDir);
      for (int number = 1; number <= MAX_SAME_NAME; number++) {
        Path folder = runsDir.resolve(number == 1 ? name : name + "-" + number);
        if (makeFolder(folder)) {
          Files.createDirectory(folder.resolve(CHECKPOINTS));
          return new RunFolder(folder);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a run's folder in " + runsDir, e);
    }
    throw new BadInputException(
        "%s has %d runs named %s; choose another name with {name}"
            .formatted(runsDir, MAX_SAME_NAME, name));
  }

  /**
   * The folder of the run of exactly this name, made if it is missing. Whoever has its {@link
   * RunLock} may begin the run; others find it begun.
   *
   * @throws BadInputException if the name cannot be a folder's, {@code runsDir} is a file, or the
   *     folder exists and is not a run's
   * @throws UncheckedIOException if the folder cannot be made
   */
  static RunFolder named(Path runsDir, String name) {
    checkName(name);
    requirePlace(runsDir);
    RunFolder folder = new RunFolder(runsDir.resolve(name));
    try {
      Files.createDirectories(runsDir);
      if (!makeFolder(folder.path) && !folder.isOrBecomesRun()) {
        throw notARun(folder.path, "the folder " + CHECKPOINTS);
      }
      Files.createDirectories(folder.checkpoints());
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the run's folder " + folder.path, e);
    }
  }

  /** Whether a folder is a run's, or empty because its maker was stopped. */
  private boolean isOrBecomesRun() throws IOException {
    if (Files.isDirectory(checkpoints())) {
      return true;
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.findAny().isEmpty();
    }
  }

  /**
   * Finds out whether {@link #create} could make a folder there, before anything is computed.
   *
   * @throws BadInputException if not, with the reason
   */
  static void requirePlace(Path runsDir) {
    Path existing = runsDir.toAbsolutePath();
    while (existing.getParent() != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing)) {
      throw new BadInputException(
          existing + " is a file; give a folder for the runs with {runs-dir}");
    }
    AtomicFiles.requireWritableFolder(existing);
  }

  /**
   * The folder of an existing run.
   *
   * @throws BadInputException if it is not a run's folder; the message lists what a run has
   */
  public static RunFolder open(Path path) {
    if (!Files.isDirectory(path)) {
      throw new BadInputException(
          path
              + (Files.exists(path) ? " is a file, not a run's folder" : ": no such folder")
              + "; give the folder of a run, such as runs/NAME");
    }
    RunFolder folder = new RunFolder(path);
    if (!Files.isRegularFile(folder.config())) {
      throw notARun(path, "the file " + CONFIG);
    }
    if (!Files.isDirectory(folder.checkpoints())) {
      throw notARun(path, "the folder " + CHECKPOINTS);
    }
    return folder;
  }

  /**
   * The path that a user's text names: the path itself, or else the run of that name in the default
   * folder of runs. It may not exist.
   */
  public static Path locate(Path named) {
    Path run = RunConfig.defaults().execution().runsDir().resolve(named);
    return !Files.exists(named) && Files.isDirectory(run) ? run : named;
  }

  private static BadInputException notARun(Path path, String missing) {
    return new BadInputException(
        "%s is not a run's folder: it lacks %s; a run has %s and %s/"
            .formatted(path, missing, CONFIG, CHECKPOINTS));
  }

  /** Makes a folder; false if the name is taken. Atomic, so that one process wins. */
  private static boolean makeFolder(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static void checkName(String name) {
    if (name.isBlank()) {
      throw badName(name, "is empty");
    }
    if (name.startsWith(".")) {
      throw badName(name, "starts with a dot");
    }
    if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
      throw badName(name, "contains a path separator; put the folder into {runs-dir}");
    }
    if (name.codePoints().anyMatch(Character::isISOControl)) {
      throw badName(name, "contains a control character");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
      throw badName(name, "is longer than %d bytes".formatted(MAX_NAME_BYTES));
    }
  }

  private static BadInputException badName(String name, String reason) {
    String printable = name.replaceAll("\\p{Cntrl}", "?");
    return new BadInputException(
        "a run cannot be named \"%s\": the name %s; choose another with {name}"
            .formatted(printable, reason));
  }

  /**
   * The run of a network that the user named; null for a checkpoint outside any run.
   *
   * @throws BadInputException if there is nothing of that name
   */
  public static @Nullable RunFolder ofNetwork(Path runOrCheckpoint) {
    Path named = locate(runOrCheckpoint);
    return Files.isRegularFile(named) ? around(named) : open(named);
  }

  /** The run that a checkpoint lies in; null where it lies elsewhere. */
  public static @Nullable RunFolder around(Path checkpoint) {
    Path folder = checkpoint.toAbsolutePath().getParent();
    Path run = folder == null ? null : folder.getParent();
    return folder == null || run == null || !folder.endsWith(CHECKPOINTS)
        ? null
        : new RunFolder(run);
  }

  /** The run's name: that of its folder. */
  public String name() {
    Path name = path.toAbsolutePath().normalize().getFileName();
    return name == null ? "" : name.toString();
  }

  /** Every option of the run, resolved. */
  public Path config() {
    return path.resolve(CONFIG);
  }

  /** What the run reached; see {@link Summary}. */
  public Path summary() {
    return path.resolve("summary.json");
  }

  /** A row an epoch; see {@link MetricsTable}. */
  public Path metrics() {
    return path.resolve("metrics.csv");
  }

  /** How long each epoch took; see {@link TimingTable}. */
  public Path timing() {
    return path.resolve("timing.csv");
  }

  /** g of every test image; see {@link GatesTable}. */
  public Path gatesTest() {
    return path.resolve("gates-test.csv");
  }

  /** The curve of accuracy against compute; see {@link SkipCurve}. */
  public Path skipCurve() {
    return path.resolve("skip-curve.csv");
  }

  /** The scores of each training image's label; written by {@code softgate score}. */
  public Path scores() {
    return path.resolve("scores.csv");
  }

  /** The images whose labels may be wrong, the worst first. */
  public Path suspects() {
    return path.resolve("suspects.csv");
  }

  /** The summary of the scores; see {@link LabelSummary}. */
  public Path scoresSummary() {
    return path.resolve("scores.json");
  }

  /** The results of rewinding single units to earlier epochs; see {@code study.Rewind}. */
  public Path rewind() {
    return path.resolve("rewind.csv");
  }

  /** The chart of {@link #rewind}. */
  public Path rewindChart() {
    return path.resolve("rewind.svg");
  }

  /** The folder of runs that were trained without a part of the images; see {@code study.Folds}. */
  public Path folds() {
    return path.resolve("folds");
  }

  /** The page that shows the run. */
  public Path report() {
    return path.resolve("report.html");
  }

  /** When the run was started and resumed, and how; see {@link SessionsTable}. */
  public Path sessions() {
    return path.resolve("sessions.txt");
  }

  /** Who writes the run now; see {@link RunLock}. */
  Path lock() {
    return path.resolve("run.lock");
  }

  /** What the run reported while it ran. */
  public Path trainLog() {
    return path.resolve("train.log");
  }

  /** The folder of what was written down of each training image; see {@code TrainingDynamics}. */
  public Path dynamics() {
    return path.resolve("dynamics");
  }

  /** The folder of checkpoints. */
  public Path checkpoints() {
    return path.resolve(CHECKPOINTS);
  }

  /** Whether anything was trained here that could be lost. */
  public boolean hasCheckpoint() {
    try (Stream<Path> files =
        Files.isDirectory(checkpoints()) ? Files.list(checkpoints()) : Stream.empty()) {
      return files.anyMatch(file -> file.toString().endsWith(CHECKPOINT_SUFFIX));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + checkpoints(), e);
    }
  }

  /** Deletes the folder and all that is in it; nothing if there is none. */
  public void delete() {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + path, e);
    }
  }

  /**
   * A checkpoint.
   *
   * @param name such as {@code last}, {@code best}, {@code final} or {@code epoch-0050}
   */
  public Path checkpoint(String name) {
    return checkpoints().resolve(name + CHECKPOINT_SUFFIX);
  }
}
