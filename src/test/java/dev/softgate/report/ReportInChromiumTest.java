package dev.softgate.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Shows the page in a browser. Skipped where no browser is installed. */
class ReportInChromiumTest {

  private static final String NAME = "<script>console.error('out')<_script> & \"quotes\"";

  @TempDir(cleanup = CleanupMode.NEVER) // the browser may still write into its profile
  static Path folder;

  private static Chromium browser;
  private static Path page;

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> program = Chromium.find();
    assumeTrue(program.isPresent(), "no chromium or chrome on the PATH: the page is not looked at");
    page = folder.resolve("report.html");
    Report.of(
            List.of(
                RunFiles.complete(folder.resolve("runs"), NAME).folder(),
                RunFiles.complete(folder.resolve("runs"), "second").folder()),
            Map.of())
        .write(page);
    browser = new Chromium(program.get(), folder.resolve("profile"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void causesNoErrorsAndNoRequests() throws Exception {
    browser.open(page.toUri());
    assertThat(browser.complaints()).isEmpty();
    assertThat(browser.requests())
        .as("the page, and images that it contains")
        .contains(page.toUri().toString().replace("file:/tmp", "file:///tmp"))
        .allMatch(url -> url.startsWith("data:") || url.endsWith("/report.html"));
    assertThat(browser.evaluate("document.scripts.length").asInt()).isZero();
    assertThat(browser.evaluate("document.querySelector('.runs .name').textContent").asText())
        .isEqualTo(NAME);
  }

  @Test
  void chartsHaveMarksWithinTheirBorders() throws Exception {
    browser.open(page.toUri());
    JsonNode charts =
        browser.evaluate(
            """
            [...document.querySelectorAll('svg.chart')].map(svg => {
              const border = svg.getBoundingClientRect();
              const outside = [...svg.querySelectorAll('.mark,text')].filter(mark => {
                const box = mark.getBoundingClientRect();
                return box.left < border.left - 1 || box.right > border.right + 1
                    || box.top < border.top - 1 || box.bottom > border.bottom + 1;
              });
              return {
                title: svg.querySelector('title').textContent,
                role: svg.getAttribute('role'),
                width: border.width,
                marks: svg.querySelectorAll('.mark').length,
                drawn: [...svg.querySelectorAll('.mark')]
                    .filter(mark => mark.getBoundingClientRect().width > 0).length,
                outside: outside.map(mark => mark.textContent)};
            })\
            """);
    assertThat(charts.size()).isGreaterThan(15);
    for (JsonNode chart : charts) {
      assertThat(chart.get("marks").asInt()).as(chart.toString()).isPositive();
      assertThat(chart.get("drawn")).as(chart.toString()).isEqualTo(chart.get("marks"));
      assertThat(chart.get("width").asInt()).as(chart.toString()).isGreaterThan(300);
      assertThat(chart.get("outside").size()).as(chart.toString()).isZero();
      assertThat(chart.get("role").asText()).isEqualTo("img");
      assertThat(chart.get("title").asText()).isNotEmpty();
    }
  }

  @Test
  void imagesLoad() throws Exception {
    browser.open(page.toUri());
    JsonNode widths =
        browser.evaluate("[...document.images].map(i => i.complete ? i.naturalWidth : 0)");
    assertThat(widths.size()).isEqualTo(2 * (60 + 2 * 24));
    assertThat(widths).allMatch(width -> width.asInt() == 32);
  }

  @Test
  void followsTheColorScheme() throws Exception {
    String colors =
        "['body', '.chart .title', '.chart .s0'].map(s => getComputedStyle("
            + "document.querySelector(s))).map((s, i) => [s.backgroundColor, s.fill, s.stroke][i])";
    browser.prefer("light");
    browser.open(page.toUri());
    assertThat(browser.evaluate(colors).toString())
        .isEqualTo("[\"rgb(255, 255, 255)\",\"rgb(29, 34, 40)\",\"rgb(31, 95, 168)\"]");
    browser.prefer("dark");
    assertThat(browser.evaluate(colors).toString())
        .isEqualTo("[\"rgb(21, 24, 28)\",\"rgb(228, 231, 234)\",\"rgb(110, 168, 254)\"]");
  }

  @Test
  void fitsThePageWidth() throws Exception {
    browser.open(page.toUri());
    assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(browser.evaluate("innerWidth").asInt());
    assertThat(Files.size(page)).isLessThan(3_000_000);
  }

  /** The listeners detect a page with errors and requests. */
  @Test
  void detectsABrokenPage() throws Exception {
    Path bad = folder.resolve("bad.html");
    Files.writeString(bad, "<img src='gone.png'><script>console.error('heard')</script>");
    int complaints = browser.complaints().size();
    browser.open(bad.toUri());
    browser.evaluate("1");
    assertThat(browser.complaints().subList(complaints, browser.complaints().size()))
        .anyMatch(text -> text.contains("heard"));
    assertThat(browser.requests()).anyMatch(url -> url.endsWith("gone.png"));
    browser.complaints().clear();
    browser.requests().clear();
  }
}
