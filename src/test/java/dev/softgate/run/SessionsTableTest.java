package dev.softgate.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.run.Summary.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionsTableTest {

  private static final Session FIRST =
      new Session("2019-06-01T12:00:00Z", "softgate train --seed 1");
  private static final Session SECOND =
      new Session("2019-06-02T12:00:00Z", "softgate train 'a  b'");

  @TempDir private Path folder;

  @Test
  void writesALinePerSession() throws IOException {
    Path file = folder.resolve("sessions.txt");

    assertThat(SessionsTable.append(file, FIRST)).containsExactly(FIRST);
    assertThat(SessionsTable.append(file, SECOND)).containsExactly(FIRST, SECOND);

    assertThat(Files.readAllLines(file))
        .containsExactly(
            "2019-06-01T12:00:00Z softgate train --seed 1",
            "2019-06-02T12:00:00Z softgate train 'a  b'");
  }

  @Test
  void skipsOtherLines() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("sessions.txt"), "\nmoved to another machine\n" + FIRST.started());

    assertThat(SessionsTable.append(file, SECOND)).containsExactly(SECOND);
    assertThat(file).content().contains("moved to another machine\n" + FIRST.started() + "\n");
  }

  @Test
  void joinsCommandLines() {
    Session session = new Session(FIRST.started(), "softgate train --name 'a\nb'");

    assertThat(SessionsTable.append(folder.resolve("sessions.txt"), session))
        .containsExactly(new Session(FIRST.started(), "softgate train --name 'a b'"));
  }
}
