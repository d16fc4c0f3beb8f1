package dev.softgate.training;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The checkpoints of a run, in one folder: {@code last}, the one before it ({@code previous}),
 * {@code best} (the final one where nothing validates), {@code final} and one every {@value
 * #KEEP_EVERY} epochs. A training can continue from each of these. The network alone is kept as
 * often as the configuration asks.
 *
 * @param folder an existing folder
 */
public record CheckpointStore(Path folder) {

  private static final int KEEP_EVERY = 50;
  private static final String KEPT = "epoch-";
  private static final String SUFFIX = ".safetensors";

  /** Replaces {@code last}, keeping the one it was as {@code previous}. Returns the file. */
  public Path saveLast(Checkpoint checkpoint) {
    checkpoint.write(file("next"));
    return putNextInPlace();
  }

  /**
   * Completes a replacement of {@code last} that a kill interrupted between its two renames. A
   * {@code next} that cannot be read stays until the next save replaces it.
   */
  public void finishReplacement() {
    if (Files.exists(file("next"))) {
      try {
        Checkpoint.read(file("next"));
      } catch (BadInputException e) {
        return;
      }
      putNextInPlace();
    }
  }

  private Path putNextInPlace() {
    Path last = file("last");
    try {
      if (Files.exists(last)) {
        Files.move(last, file("previous"), StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(file("next"), last, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot put the checkpoint in place: " + last, e);
    }
    return last;
  }

  /** Writes {@code best}. */
  void saveBest(Checkpoint checkpoint) {
    checkpoint.write(file("best"));
  }

  /**
   * Writes what an epoch's end asks for, but {@code last}.
   *
   * @param best whether it is the best so far
   * @param ended whether it is the last
   */
  void saveEpoch(Checkpoint checkpoint, boolean best, boolean ended) {
    if (best) {
      saveBest(checkpoint);
    }
    keepIfDue(checkpoint);
    if (ended) {
      saveFinal(checkpoint);
    }
  }

  /** Writes {@code final}. */
  public void saveFinal(Checkpoint checkpoint) {
    checkpoint.write(file("final"));
  }

  /**
   * Keeps the state between two epochs if it is due: all of it after every {@value #KEEP_EVERY}th
   * epoch, the network alone as often as the configuration asks.
   */
  void keepIfDue(Checkpoint checkpoint) {
    int finished = checkpoint.progress().epoch();
    int every = checkpoint.config().execution().keepEvery();
    Path file = file(KEPT + String.format(Locale.ROOT, "%04d", finished));
    if (finished > 0 && finished % KEEP_EVERY == 0) {
      checkpoint.write(file);
    } else if (every > 0 && finished % every == 0) {
      checkpoint.networkOnly().write(file);
    }
  }

  /** The kept files by the number of finished epochs, ascending. */
  public SortedMap<Integer, Path> kept() {
    SortedMap<Integer, Path> kept = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(
          file -> {
            String name = file.getFileName().toString();
            if (name.matches(KEPT + "\\d{1,9}\\" + SUFFIX)) {
              kept.put(Integer.valueOf(name.replaceAll("\\D", "")), file);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
    return kept;
  }

  /** The file of a checkpoint's name. */
  public Path file(String name) {
    return folder.resolve(name + SUFFIX);
  }

  /**
   * The newest undamaged checkpoint. Damaged ones and the fallback are reported.
   *
   * @param warnings receives one line for each file that cannot be used
   * @throws BadInputException if none can be used
   */
  public Checkpoint newestUsable(Consumer<String> warnings) {
    List<String> problems = new ArrayList<>();
    for (Path file : candidates()) {
      try {
        Checkpoint checkpoint = Checkpoint.read(file);
        if (!checkpoint.isWhole()) {
          continue;
        }
        problems.forEach(warnings);
        if (!problems.isEmpty()) {
          warnings.accept(
              "continuing from %s: epoch %d, batch %d"
                  .formatted(
                      file, checkpoint.progress().epoch() + 1, checkpoint.progress().batch() + 1));
        }
        return checkpoint;
      } catch (BadInputException e) {
        problems.add(e.getMessage());
      }
    }
    throw new BadInputException(
        "%s: no checkpoint to continue from%s; train again"
            .formatted(folder, problems.isEmpty() ? "" : " (" + problems.get(0) + ")"));
  }

  /** Newest first: a kill between two renames leaves {@code next} and {@code previous} only. */
  private List<Path> candidates() {
    List<Path> candidates = new ArrayList<>();
    for (String name : List.of("next", "last", "previous")) {
      if (Files.exists(file(name)) || name.equals("last")) {
        candidates.add(file(name));
      }
    }
    List<Path> kept = new ArrayList<>(kept().values());
    Collections.reverse(kept);
    candidates.addAll(kept);
    if (Files.exists(file("best"))) {
      candidates.add(file("best"));
    }
    return candidates;
  }
}
