package dev.softgate.review;

import dev.softgate.BadInputException;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.ProcessLock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code decisions.csv}: a row for each decision, in the order in which they were made. If an image
 * has several rows, the last one holds.
 *
 * <p>A decision is appended and forced to the disk. An undo replaces the file by one without the
 * last row, atomically. A kill or a power cut can leave a last line without its end; reading drops
 * it, because the decision was never confirmed to the user. One process writes the file at a time.
 */
public final class DecisionsFile implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DecisionsFile.class);

  private final Path file;
  private final boolean ofFiles;
  private final @Nullable ProcessLock lock;
  private final List<Decision> rows = new ArrayList<>();
  private final Map<String, Decision> latest = new LinkedHashMap<>();

  /** The file as this process left it, to notice other writers. */
  private long length;

  private FileTime modified = FileTime.fromMillis(0);

  private DecisionsFile(Path file, boolean ofFiles, @Nullable ProcessLock lock) {
    this.file = file;
    this.ofFiles = ofFiles;
    this.lock = lock;
  }

  /**
   * Reads the decisions that hold, one for each image.
   *
   * @throws BadInputException if the file is missing or malformed
   */
  public static List<Decision> read(Path file) {
    Map<String, Decision> latest = new LinkedHashMap<>();
    DecisionRows.read(file).decisions().forEach(row -> latest.put(row.image(), row));
    return List.copyOf(latest.values());
  }

  /**
   * Opens the file to write decisions, and creates it if it does not exist.
   *
   * @param ofFiles whether images are named by files; otherwise by their index
   * @throws BadInputException if the file is malformed, another process writes it, or it cannot be
   *     written
   */
  public static DecisionsFile open(Path path, boolean ofFiles) {
    Path file = path.toAbsolutePath().normalize();
    AtomicFiles.requireWritable(file);
    DecisionsFile opened = new DecisionsFile(file, ofFiles, lock(file));
    boolean whole = false;
    try {
      opened.load();
      whole = true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    } finally {
      if (!whole) {
        opened.close();
      }
    }
    return opened;
  }

  private static @Nullable ProcessLock lock(Path file) {
    Path beside = file.resolveSibling("." + file.getFileName() + ".lock");
    ProcessLock lock;
    try {
      lock = ProcessLock.tryTake(beside, "process " + ProcessHandle.current().pid() + "\n");
    } catch (IOException e) {
      LOG.warn(
          "{} cannot be locked ({}): let no other review write it",
          OneLine.of(file),
          OneLine.of(e));
      return null;
    }
    if (lock == null) {
      throw new BadInputException(
          "%s is open in another review (%s): use that page, or end it first"
              .formatted(OneLine.of(file), owner(beside)));
    }
    return lock;
  }

  private static String owner(Path lock) {
    try {
      return OneLine.of(Files.readString(lock).strip());
    } catch (IOException e) {
      return "its process is unknown";
    }
  }

  private void load() throws IOException {
    if (!Files.exists(file)) {
      AtomicFiles.writeString(file, DecisionRows.header(ofFiles));
    }
    DecisionRows read = DecisionRows.read(file);
    if (read.ofFiles() != ofFiles) {
      throw new BadInputException(
          "%s names images by %s, and the list of suspects by %s: specify another file with"
                  .formatted(
                      OneLine.of(file), DecisionRows.key(!ofFiles), DecisionRows.key(ofFiles))
              + " {decisions}");
    }
    read.decisions().forEach(this::add);
    String canonical = DecisionRows.text(ofFiles, rows);
    if (!Arrays.equals(Files.readAllBytes(file), canonical.getBytes(StandardCharsets.UTF_8))) {
      AtomicFiles.writeString(file, canonical); // a cut line, or what a spreadsheet has saved
    }
    remember();
  }

  private void remember() throws IOException {
    length = Files.size(file);
    modified = Files.getLastModifiedTime(file);
  }

  private void add(Decision decision) {
    rows.add(decision);
    latest.put(decision.image(), decision);
  }

  public Path path() {
    return file;
  }

  /** The decision that holds for an image, by {@link Decision#image}; null if there is none. */
  public synchronized @Nullable Decision of(String image) {
    return latest.get(image);
  }

  /** All rows, in the order in which they were made; a new list. */
  public synchronized List<Decision> rows() {
    return new ArrayList<>(rows);
  }

  /** The last row, which {@link #undo} removes; null if there is none. */
  public synchronized @Nullable Decision last() {
    return rows.isEmpty() ? null : rows.get(rows.size() - 1);
  }

  /**
   * Writes a decision; it is on the disk when this returns.
   *
   * @throws IOException if it could not be written; the file is as before
   */
  public synchronized void append(Decision decision) throws IOException {
    if ((decision.file() != null) != ofFiles) {
      throw new IllegalArgumentException("not an image of this list: " + decision);
    }
    requireUntouched();
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      try {
        out.seek(length);
        out.write(DecisionRows.line(decision).getBytes(StandardCharsets.UTF_8));
        out.getFD().sync();
      } catch (IOException e) {
        out.setLength(length);
        throw e;
      }
    }
    add(decision);
    remember();
  }

  /**
   * Removes the last row, whose image gets back the decision before, if it had one.
   *
   * @return the removed row; null if there is none
   * @throws IOException if the file cannot be replaced; it is as before
   */
  public synchronized @Nullable Decision undo() throws IOException {
    if (rows.isEmpty()) {
      return null;
    }
    requireUntouched();
    List<Decision> kept = rows.subList(0, rows.size() - 1);
    try {
      AtomicFiles.writeString(file, DecisionRows.text(ofFiles, kept));
    } catch (UncheckedIOException e) {
      throw Objects.requireNonNull(e.getCause());
    }
    Decision undone = rows.remove(rows.size() - 1);
    latest.remove(undone.image());
    for (Decision row : rows) {
      if (row.image().equals(undone.image())) {
        latest.put(row.image(), row);
      }
    }
    remember();
    return undone;
  }

  private void requireUntouched() throws IOException {
    if (!Files.exists(file)
        || Files.size(file) != length
        || !Files.getLastModifiedTime(file).equals(modified)) {
      throw new IOException(
          OneLine.of(file) + " was changed by another program; end this review and start it again");
    }
  }

  /** Lets another process write the file. */
  @Override
  public void close() {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unlock " + file, e);
    }
  }
}
