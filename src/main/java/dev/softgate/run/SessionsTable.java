package dev.softgate.run;

import dev.softgate.interop.AtomicFiles;
import dev.softgate.run.Summary.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/**
 * When a run was started and resumed, and by which commands: {@code sessions.txt}, a line a
 * session, of a time, a space and a command line. A line is written when its session begins, so
 * that a kill loses none.
 */
final class SessionsTable {

  private SessionsTable() {}

  /**
   * Adds a session; makes the file if it is missing.
   *
   * @return all sessions, this one last; other lines of the file are ignored
   * @throws java.io.UncheckedIOException if that fails
   */
  static List<Session> append(Path file, Session session) {
    String before = Files.exists(file) ? TextFiles.read(file) : "";
    String line = session.started() + " " + session.command().replaceAll("\\R", " ");
    String text =
        (before.isEmpty() || before.endsWith("\n") ? before : before + "\n") + line + "\n";
    AtomicFiles.writeString(file, text);
    List<Session> sessions = new ArrayList<>();
    text.lines().filter(SessionsTable::isSession).map(SessionsTable::parse).forEach(sessions::add);
    return sessions;
  }

  private static boolean isSession(String line) {
    try {
      Instant.parse(line.substring(0, Math.max(0, line.indexOf(' '))));
      return true;
    } catch (DateTimeParseException e) {
      return false; // a note by hand
    }
  }

  private static Session parse(String line) {
    int space = line.indexOf(' ');
    return new Session(line.substring(0, space), line.substring(space + 1));
  }
}
