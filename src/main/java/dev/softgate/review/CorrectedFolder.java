package dev.softgate.review;

import dev.softgate.BadInputException;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.MachineTrouble;
import dev.softgate.interop.OneLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The folder that a {@link CopyPlan} fills. A file {@value #MARKER} is in it until all files are
 * there, so that a second call with the same plan completes an interrupted one. A file gets its
 * name when all its bytes are written. Nothing else is changed or deleted.
 */
final class CorrectedFolder {

  static final String MARKER = ".softgate-apply-unfinished";
  private static final String TEMPORARY = ".softgate-apply.tmp";

  private final Path folder;
  private final CopyPlan plan;

  CorrectedFolder(Path folder, CopyPlan plan) {
    this.folder = folder.toAbsolutePath().normalize();
    this.plan = plan;
  }

  /**
   * Checks that the files can be copied, without writing.
   *
   * @param source the folder of the set, or of the list that names its files
   * @param inFolder whether the files of the set are all in {@code source}
   * @throws BadInputException if the folder has other files, contains the source or is in it, or a
   *     file cannot be read, or there is too little space
   */
  void check(Path source, boolean inFolder) {
    try {
      Path target = real(folder);
      Path root = real(source.toAbsolutePath().normalize());
      boolean inside = inFolder && (target.startsWith(root) || root.startsWith(target));
      if (inside || plan.copies().stream().anyMatch(copy -> copy.from().startsWith(folder))) {
        throw new BadInputException(
            "{copy-to} %s and the set in %s contain one another; choose a folder elsewhere"
                .formatted(OneLine.of(folder), OneLine.of(source)));
      }
      requireFree();
      requireReadable();
      requireSpace();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + folder, e);
    }
  }

  /** The path without links, as far as it exists. */
  private static Path real(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null || Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return path.toRealPath();
    }
    return real(parent).resolve(Objects.requireNonNull(path.getFileName()));
  }

  private void requireFree() throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new BadInputException("{copy-to} %s is a file".formatted(OneLine.of(folder)));
    }
    if (begun()) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      if (entries.findAny().isPresent()) {
        throw new BadInputException(
            Files.exists(marker())
                ? "{copy-to} %s has part of a copy by other decisions or of another set; choose another folder or delete it"
                    .formatted(OneLine.of(folder))
                : "{copy-to} %s has files already, and files are never overwritten; choose another folder"
                    .formatted(OneLine.of(folder)));
      }
    }
  }

  private Path marker() {
    return folder.resolve(MARKER);
  }

  /** Whether an interrupted call began the same copy. */
  private boolean begun() throws IOException {
    return Files.exists(marker()) && Files.readString(marker()).strip().equals(plan.sha256());
  }

  private void requireReadable() {
    List<Path> unreadable =
        plan.copies().stream()
            .map(CopyPlan.Copy::from)
            .filter(file -> !Files.isReadable(file))
            .toList();
    if (!unreadable.isEmpty()) {
      throw new BadInputException(
          "%,d files cannot be read: %s; check their permissions, or decide to remove them"
              .formatted(unreadable.size(), CopyPlan.named(unreadable)));
    }
  }

  private void requireSpace() throws IOException {
    long bytes = 0;
    for (CopyPlan.Copy copy : plan.copies()) {
      bytes += isThere(copy) ? 0 : Files.size(copy.from());
    }
    Path existing = folder;
    while (!Files.exists(existing)) {
      existing = Objects.requireNonNull(existing.getParent());
    }
    long free = Files.getFileStore(existing).getUsableSpace();
    if (free < bytes) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "{copy-to} %s: the copies need %,d MB, but %,d MB are free; free some space or choose"
                  + " another disk",
              OneLine.of(folder),
              bytes >> 20,
              free >> 20));
    }
  }

  private boolean isThere(CopyPlan.Copy copy) throws IOException {
    Path to = folder.resolve(copy.to());
    return Files.exists(to) && Files.size(to) == Files.size(copy.from());
  }

  /**
   * Copies the files that are not there yet, with their times.
   *
   * @return how many were copied
   * @throws UncheckedIOException if that fails; a second call continues
   */
  int fill(CopyListener listener) {
    int copied = 0;
    try {
      Files.createDirectories(folder);
      AtomicFiles.writeString(marker(), plan.sha256() + "\n");
      for (int i = 0; i < plan.copies().size(); i++) {
        CopyPlan.Copy copy = plan.copies().get(i);
        if (!isThere(copy)) {
          copy(copy);
          copied++;
        }
        listener.copied(i + 1, plan.copies().size());
      }
      Files.deleteIfExists(folder.resolve(TEMPORARY));
      Files.delete(marker());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot complete %s: %,d files were copied; repeat the command to continue"
              .formatted(folder, copied),
          e);
    }
    return copied;
  }

  private void copy(CopyPlan.Copy copy) throws IOException {
    Path to = folder.resolve(copy.to());
    Path temporary = folder.resolve(TEMPORARY);
    try {
      Files.createDirectories(Objects.requireNonNull(to.getParent()));
      Files.copy(copy.from(), temporary, StandardCopyOption.REPLACE_EXISTING);
      Files.setLastModifiedTime(temporary, Files.getLastModifiedTime(copy.from()));
      Files.move(temporary, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new IOException(
          "%s could not be copied to %s: %s".formatted(copy.from(), to, MachineTrouble.reason(e)),
          e);
    }
  }
}
