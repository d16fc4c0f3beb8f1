package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {

  @TempDir static Path folder;

  private static TinyRun run;

  @BeforeAll
  static void train() {
    run = TinyRun.train(folder, "gated");
  }

  @Test
  void writesThePageIntoTheRunFolder() throws IOException {
    CommandRun report = TinyRun.run("report", run.toString());
    Path page = run.path().resolve("report.html");
    assertThat(report.exitCode()).as(report.err()).isZero();
    assertThat(report.out().strip()).isEqualTo(page.toString());
    assertThat(Files.readString(page))
        .contains("gated", run.summary().get("weights_sha256").asText())
        .contains("<section id=\"learning\">", "<section id=\"gates\">", "alt=\"test image ");
  }

  @Test
  void showsSkipCurves() throws IOException {
    assertThat(
            TinyRun.run(
                    "skip",
                    run.toString(),
                    "--curve",
                    "--calibrate-on",
                    "test-half",
                    "--seconds",
                    "0")
                .exitCode())
        .isZero();
    Path page = folder.resolve("page.html");
    CommandRun report = TinyRun.run("report", run.toString(), "--out", page.toString());
    assertThat(report.exitCode()).as(report.err()).isZero();
    assertThat(Files.readString(page))
        .contains("<section id=\"compute\">", "soft: the mix where it passes");
    assertThat(run.path().resolve("skip-curve.svg")).content().contains("<style>", "</svg>");
  }

  @Test
  void showsWrongLabels() throws IOException {
    Path labels = folder.resolve("labels.csv");
    assertThat(
            TinyRun.run(
                    ("noise --kind symmetric --rate 0.5 --dataset synthetic --out " + labels)
                        .split(" ", -1))
                .exitCode())
        .isZero();
    TinyRun noisy = TinyRun.train(folder, "noisy", "--labels", labels.toString());
    assertThat(TinyRun.run("report", noisy.toString()).exitCode()).isZero();
    assertThat(Files.readString(noisy.path().resolve("report.html")))
        .contains("<section id=\"dynamics\">", "class=\"mark cell\"", "wrong labels: 1, ");
  }

  @Test
  void rejectsUnusableRunsInOneLine() {
    assertRefused(folder.resolve("none").toString(), "no such folder");
    assertRefused(folder.toString(), "is not a run's folder");
    CommandRun nowhere =
        TinyRun.run("report", run.toString(), "--out", folder.resolve("no/x.html").toString());
    assertThat(nowhere.exitCode()).isEqualTo(2);
    assertThat(nowhere.err()).contains("x.html", "does not exist");
    assertThat(TinyRun.run("report").exitCode()).isEqualTo(2);
  }

  private static void assertRefused(String named, String message) {
    CommandRun report = TinyRun.run("report", run.toString(), named);
    assertThat(report.exitCode()).isEqualTo(2);
    assertThat(report.out()).isEmpty();
    assertThat(report.err().lines()).singleElement().asString().contains(named, message);
  }
}
