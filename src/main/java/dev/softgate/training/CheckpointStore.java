package dev.softgate.training;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The checkpoints of a run, in one folder: {@code last}, the one before it ({@code previous}),
 * {@code best}, {@code final} and one every {@value #KEEP_EVERY} epochs. Each is whole: a training
 * can go on from any.
 *
 * @param folder that exists
 */
public record CheckpointStore(Path folder) {

  private static final int KEEP_EVERY = 50;
  private static final String SUFFIX = ".safetensors";

  /** Replaces {@code last}, keeping the one it was as {@code previous}. Returns the file. */
  public Path saveLast(Checkpoint checkpoint) {
    Path last = file("last");
    Path next = file("next");
    checkpoint.write(next);
    try {
      if (Files.exists(last)) {
        Files.move(last, file("previous"), StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(next, last, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot put the checkpoint in place: " + last, e);
    }
    return last;
  }

  /** Writes {@code best}. */
  void saveBest(Checkpoint checkpoint) {
    checkpoint.write(file("best"));
  }

  /** Writes {@code final}. */
  public void saveFinal(Checkpoint checkpoint) {
    checkpoint.write(file("final"));
  }

  /** Keeps the state after every {@value #KEEP_EVERY}th epoch, numbered from 1. */
  void keepIfDue(Checkpoint checkpoint, int finishedEpochs) {
    if (finishedEpochs % KEEP_EVERY == 0) {
      checkpoint.write(file("epoch-%04d".formatted(finishedEpochs)));
    }
  }

  /** The file of a checkpoint's name. */
  public Path file(String name) {
    return folder.resolve(name + SUFFIX);
  }

  /**
   * The newest checkpoint that is whole. Each one that is not is reported, as is falling back.
   *
   * @param warnings receives one line for each file that cannot be used
   * @throws BadInputException if none can be used
   */
  public Checkpoint newestUsable(Consumer<String> warnings) {
    List<String> problems = new ArrayList<>();
    for (Path file : candidates()) {
      try {
        Checkpoint checkpoint = Checkpoint.read(file);
        problems.forEach(warnings);
        if (!problems.isEmpty()) {
          warnings.accept(
              "going on from %s: epoch %d, batch %d"
                  .formatted(
                      file, checkpoint.progress().epoch() + 1, checkpoint.progress().batch() + 1));
        }
        return checkpoint;
      } catch (BadInputException e) {
        problems.add(e.getMessage());
      }
    }
    throw new BadInputException(
        "%s: no checkpoint to go on from%s; train anew"
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
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> file.getFileName().toString().matches("epoch-\\d+\\" + SUFFIX))
          .sorted(Comparator.reverseOrder())
          .forEach(candidates::add);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
    if (Files.exists(file("best"))) {
      candidates.add(file("best"));
    }
    return candidates;
  }
}
