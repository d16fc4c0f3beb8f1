package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.JavaProcess;
import dev.softgate.review.Decision;
import dev.softgate.review.DecisionsFile;
import dev.softgate.study.Suspect;
import dev.softgate.study.SuspectsTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process: what it prints, how it ends, and what a kill leaves. */
class ReviewCommandTest {

  private static final int WAIT_SECONDS = 60;
  private static final int IMAGES = 400;
  private static final int BEFORE_KILL = 8;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir Path folder;

  /** A running command. */
  private static final class Review implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final String address;

    Review(Path folder) throws IOException {
      process =
          JavaProcess.of(Main.class.getName(), "review", folder.toString(), "--no-browser")
              .redirectError(folder.resolve("err.txt").toFile())
              .start();
      out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      address = String.valueOf(out.readLine());
    }

    private int post(String path, String body) throws IOException, InterruptedException {
      return CLIENT
          .send(
              HttpRequest.newBuilder(URI.create(address + path))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }

    int keep(int at) throws IOException, InterruptedException {
      return post(
          "decide",
          "{\"at\":%d,\"decision\":\"KEEP\",\"seconds\":1.5,\"filter\":\"ALL\"}".formatted(at));
    }

    String start() throws IOException, InterruptedException {
      return CLIENT
          .send(
              HttpRequest.newBuilder(URI.create(address + "start?filter=ALL")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }

    int end() throws IOException, InterruptedException {
      assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(out.readLine()).as("a second line on standard output").isNull();
      return process.exitValue();
    }

    void signal(String name) throws IOException, InterruptedException {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @BeforeEach
  void writeSuspects() {
    List<Suspect> suspects = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      Path file = folder.resolve(i + ".png");
      suspects.add(new Suspect(file, -1, "cat", "dog", 0.1, 0.8, i, true, ""));
    }
    SuspectsTable.write(folder.resolve("suspects.csv"), suspects);
  }

  private String err() throws IOException {
    return Files.readString(folder.resolve("err.txt"));
  }

  @Test
  void killLosesNoConfirmedDecisionAndTheNextReviewContinues() throws Exception {
    Path file = folder.resolve("decisions.csv");
    Set<String> confirmed = new HashSet<>();
    int at = 0;
    for (int round = 0; round < 2; round++) {
      try (Review review = new Review(folder)) {
        assertThat(review.start()).contains("\"at\":%d,".formatted(at));
        int end = at + BEFORE_KILL;
        Thread killer = null;
        try {
          while (review.keep(at) == 200) {
            confirmed.add(folder.resolve(at + ".png").toString());
            at++;
            killer = at == end ? killSoon(review) : killer;
          }
        } catch (IOException e) {
          assertThat(killer).as("killer of the process whose connection ended").isNotNull();
        }
        assertThat(review.end()).isEqualTo(137);
      }
      List<Decision> kept = DecisionsFile.read(file);
      assertThat(kept.stream().map(Decision::image)).containsAll(confirmed);
      assertThat(kept.size() - confirmed.size())
          .as("unconfirmed decisions, one a kill")
          .isBetween(0, round + 1);
      at = kept.size();
    }
    assertThat(at).isGreaterThanOrEqualTo(2 * BEFORE_KILL);
  }

  private static Thread killSoon(Review review) {
    Thread killer =
        new Thread(
            () -> {
              try {
                review.signal("KILL");
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    killer.start();
    return killer;
  }

  @Test
  void ctrlCEndsWith130AndSaysHowToContinue() throws Exception {
    try (Review review = new Review(folder)) {
      assertThat(review.keep(0)).isEqualTo(200);
      review.signal("INT");
      assertThat(review.end()).isEqualTo(130);
    }
    assertThat(err())
        .contains("400 images, 400 flagged; decisions are written to " + folder)
        .contains("open the address above in a browser")
        .contains("all decisions are saved; continue with: softgate review " + folder);
    assertThat(DecisionsFile.read(folder.resolve("decisions.csv"))).hasSize(1);
  }

  @Test
  void finishedReviewEndsWithZeroAndNamesTheNextCommand() throws Exception {
    try (Review review = new Review(folder)) {
      assertThat(review.address).matches("http://127\\.0\\.0\\.1:\\d+/[0-9a-f]{32}/");
      assertThat(review.post("finish", "{}")).isEqualTo(200);
      assertThat(review.end()).isZero();
    }
    assertThat(err())
        .contains(
            "next: softgate apply --decisions %s --out corrected.csv"
                .formatted(folder.resolve("decisions.csv")));
  }

  @Test
  void reviewsARunByItsRecordedSet() throws Exception {
    TinyRun run = TinyRun.train(folder, "tiny", "--limit-test", "8");
    Files.writeString(
        run.path().resolve("suspects.csv"), "index,given,suggested\n0,ring,disc\n5,disc,ring\n");
    try (Review review = new Review(run.path())) {
      assertThat(review.start()).contains("\"file\":\"image 0\"");
      assertThat(review.keep(1)).isEqualTo(200);
      assertThat(review.post("finish", "{}")).isEqualTo(200);
      assertThat(review.end()).isZero();
    }
    assertThat(run.path().resolve("decisions.csv"))
        .hasContent("index,given,decision,label,seconds\n5,disc,keep,disc,1.5\n");
    assertThat(Files.readString(run.path().resolve("err.txt")))
        .contains("next: softgate apply %s --decisions ".formatted(run.path()));
  }

  @Test
  void explainsBadInputInOneLine() {
    for (String[] arguments :
        new String[][] {
          {"review", folder.resolve("absent").toString()},
          {"review", folder.toString(), "--port", "70000"},
          {"review", folder.toString(), "--decisions", folder.resolve("no/such.csv").toString()},
        }) {
      CommandRun run = TinyRun.run(arguments);
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err().lines()).hasSize(1);
    }
  }

  @Test
  void browserNeedsAScreen() {
    Map<String, String> none = Map.of();
    assertThat(Browser.command("Linux", none)).isEmpty();
    assertThat(Browser.command("Linux", Map.of("DISPLAY", ":0"))).containsExactly("xdg-open");
    assertThat(Browser.command("Linux", Map.of("WAYLAND_DISPLAY", "wayland-0")))
        .containsExactly("xdg-open");
    assertThat(Browser.command("Mac OS X", none)).containsExactly("open");
    assertThat(Browser.command("Windows 11", none)).first().isEqualTo("cmd");
  }
}
