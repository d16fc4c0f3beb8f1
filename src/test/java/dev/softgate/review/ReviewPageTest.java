package dev.softgate.review;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in headless Chromium. Where there is none, the tests are skipped and say so. */
class ReviewPageTest {

  private static @Nullable Chromium chromium;

  @TempDir Path folder;
  private @Nullable ReviewServer server;

  @BeforeAll
  static void startChromium(@TempDir Path temporary) throws IOException, InterruptedException {
    Path program = Chromium.program();
    if (program == null) {
      System.out.println("ReviewPageTest is skipped: there is no chromium on the PATH");
    }
    assumeTrue(program != null, "there is no chromium on the PATH");
    chromium =
        Chromium.start(
            requireNonNull(program), Files.createDirectory(temporary.resolve("profile")));
  }

  @AfterAll
  static void closeChromium() {
    if (chromium != null) {
      chromium.close();
    }
  }

  @AfterEach
  void closeServer() {
    if (server != null) {
      server.close();
    }
  }

  private static Chromium page() {
    return requireNonNull(chromium);
  }

  private ReviewServer server() {
    return requireNonNull(server);
  }

  private Chromium open(int images, int flagged, int classes) throws IOException {
    SuspectFixture.write(folder, images, flagged, classes);
    return open(1280, 900, "light");
  }

  private Chromium open(int width, int height, String scheme) {
    server = SuspectFixture.serve(folder);
    page().screen(width, height, scheme);
    page().open(server.address());
    awaitShown();
    return page();
  }

  private static void awaitShown() {
    page().await("!busy && view");
  }

  private void press(String... keys) {
    for (String key : keys) {
      page().press(key);
      awaitShown();
    }
  }

  @Test
  void keysDecideAndUndo() throws IOException {
    Chromium page = open(6, 4, 3);
    assertThat(page.text("place.textContent || document.getElementById('place').textContent"))
        .isEqualTo("Image 1 of 4");
    press("k", "s", "x");
    assertThat(SuspectFixture.decisions(folder))
        .containsExactly(
            "image 0.png,class 000,keep,class 000",
            "image 1.png,class 001,relabel,class 002",
            "image 2.png,class 002,remove,");
    press("u");
    assertThat(SuspectFixture.decisions(folder)).hasSize(2);
    assertThat(page.text("document.getElementById('place').textContent")).isEqualTo("Image 3 of 4");
    assertThat(page.text("document.getElementById('status').textContent"))
        .contains("Undone: remove the image.");
    press("n", "1");
    assertThat(SuspectFixture.decisions(folder).get(2))
        .isEqualTo("image 3.png,class 000,keep,class 000");
    assertThat(page.text("document.getElementById('place').textContent"))
        .as("the skipped image comes again")
        .isEqualTo("Image 3 of 4");
    press("2");
    assertThat(SuspectFixture.decisions(folder).get(3))
        .isEqualTo("image 2.png,class 002,relabel,class 001");
    assertThat(page.text("document.getElementById('done-title').textContent"))
        .isEqualTo("All flagged images are decided");
    assertThat(page.text("document.getElementById('done-estimate').textContent"))
        .contains("not enough decisions yet");
    page.value("document.getElementById('done-all').click()");
    awaitShown();
    assertThat(page.text("document.getElementById('place').textContent")).isEqualTo("Image 5 of 6");
    assertThat(page.errors()).isEmpty();
  }

  @Test
  void reloadContinuesAfterTheLastDecision() throws IOException {
    Chromium page = open(5, 5, 3);
    press("n", "k");
    page.command("Page.reload");
    page.await("typeof view !== 'undefined'");
    awaitShown();
    assertThat(page.text("document.getElementById('place').textContent")).isEqualTo("Image 3 of 5");
    press("k", "k", "k");
    assertThat(page.text("document.getElementById('place').textContent")).isEqualTo("Image 1 of 5");
    assertThat(page.text("document.getElementById('count').textContent"))
        .isEqualTo("4 of 5 decided");
  }

  @Test
  void searchRelabelsAmongThousandClasses() throws IOException {
    Chromium page = open(1000, 3, 1000);
    assertThat(page.value("contents.classes.length").asInt()).isEqualTo(1000);
    assertThat(page.value("document.querySelectorAll('#digits button').length").asInt())
        .isEqualTo(10);
    page.press("/");
    page.type("s 77");
    assertThat(
            page.value(
                    "[...document.querySelectorAll('#matches [role=option]')].map(o =>"
                        + " o.textContent).join()")
                .asText())
        .startsWith("class 770,class 771,");
    page.press("ArrowDown", "ArrowDown", "ArrowUp");
    assertThat(
            page.text(
                "document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).textContent"))
        .isEqualTo("class 771");
    press("Enter");
    assertThat(SuspectFixture.decisions(folder))
        .containsExactly("image 0.png,class 000,relabel,class 771");
    assertThat(page.text("document.activeElement.tagName")).isEqualTo("BODY");

    page.press("/");
    page.type("xk");
    assertThat(page.text("document.getElementById('matches').textContent"))
        .isEqualTo("No label matches");
    page.press("Enter", "Escape");
    assertThat(SuspectFixture.decisions(folder)).hasSize(1);
    press("k");
    assertThat(SuspectFixture.decisions(folder)).hasSize(2);
  }

  @Test
  void phoneHasNoSidewaysScrollAndLargeTargets() throws IOException {
    List<String> long40 = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Path file = folder.resolve("x".repeat(60) + i + ".png");
      SuspectFixture.picture(file, java.awt.Color.PINK);
      long40.add(
          file
              + ",Lagerstroemia_indica_"
              + "y".repeat(40)
              + i
              + ",a class of several words,true,why "
              + "z".repeat(90));
    }
    Files.writeString(
        folder.resolve("suspects.csv"),
        "file,given,suggested,flagged,reason\n" + String.join("\n", long40) + "\n");
    Chromium page = open(360, 740, "light");
    assertThat(page.value(WIDER_THAN_PHONE)).isEmpty();
    assertThat(page.value("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(360);
    assertThat(
            page.value(
                "[...document.querySelectorAll('button, #search, #filter label')].filter(e =>"
                    + " e.offsetParent).map(e => [e.id || e.textContent,"
                    + " e.getBoundingClientRect()]).filter(([n, r]) => r.height < 44 || r.width <"
                    + " 44 || r.right > 360 || r.left < 0).map(([n]) => n)"))
        .isEmpty();
    page.value("document.getElementById('help').showModal()");
    assertThat(page.value("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(360);
    page.value("document.getElementById('help').close()");
  }

  @Test
  void colorsHaveContrastInBothSchemes() throws IOException {
    SuspectFixture.write(folder, 4, 2, 3);
    for (String scheme : List.of("light", "dark")) {
      Chromium page = open(1280, 900, scheme);
      JsonNode background = page.value("getComputedStyle(document.body).backgroundColor");
      assertThat(background.asText())
          .isEqualTo(scheme.equals("dark") ? "rgb(20, 24, 31)" : "rgb(246, 247, 249)");
      assertThat(page.value(CONTRAST)).as(scheme).isEmpty();
      server().close();
    }
  }

  private static final String WIDER_THAN_PHONE =
      """
      [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > 360)
        .map(e => e.tagName + '#' + e.id + '.' + e.className)
      """;

  /** The texts whose contrast with the background behind them is below WCAG AA's 4.5. */
  private static final String CONTRAST =
      """
      (() => {
        const rgb = c => c.match(/[\\d.]+/g).map(Number);
        const lum = c => { const [r, g, b] = c.map(v => { v /= 255;
          return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
          return .2126 * r + .7152 * g + .0722 * b; };
        const behind = e => { for (; e; e = e.parentElement) {
          const c = rgb(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] > 0) return c; } };
        return [...document.querySelectorAll('body *')].filter(e => e.offsetParent && !e.disabled && !e.closest(':disabled')
            && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
          .map(e => { const a = lum(rgb(getComputedStyle(e).color).slice(0, 3)), b = lum(behind(e).slice(0, 3));
            return [e.textContent.trim(), (Math.max(a, b) + .05) / (Math.min(a, b) + .05)]; })
          .filter(([t, ratio]) => ratio < 4.5);
      })()
      """;

  @Test
  void keyboardReachesEverythingInOrder() throws IOException {
    Chromium page = open(4, 2, 3);
    page.value("document.activeElement.blur()");
    List<String> order = new ArrayList<>();
    for (int i = 0; i < 13; i++) {
      page.press("Tab");
      order.add(
          page.text(
              "document.activeElement.id || document.activeElement.value ||"
                  + " document.activeElement.textContent.trim()"));
      assertThat(
              page.text(
                  "getComputedStyle(document.activeElement.closest('label') ??"
                      + " document.activeElement).outlineStyle"))
          .as("focus of %s", order.get(i))
          .isEqualTo("solid");
    }
    assertThat(order)
        .containsExactly(
            "Skip to the decision",
            "FLAGGED",
            "help-button",
            "finish",
            "keep",
            "suggest",
            "remove",
            "skip",
            "back",
            "search",
            "1 class 000",
            "2 class 001",
            "3 class 002");
  }

  @Test
  void screenReaderFindsNamesLandmarksAndNews() throws IOException {
    Chromium page = open(4, 2, 3);
    List<String> names = new ArrayList<>();
    for (JsonNode node : page.command("Accessibility.getFullAXTree").path("nodes")) {
      if (!node.path("ignored").asBoolean()) {
        names.add(node.at("/role/value").asText() + " " + node.at("/name/value").asText());
      }
    }
    assertThat(names)
        .contains(
            "banner ",
            "main ",
            "heading Review labels",
            "heading Image 1 of 2",
            "progressbar Images decided",
            "radio Flagged 2",
            "group Decision",
            "button K Keep “class 000”",
            "button S Change to “class 001”",
            "combobox Another label /",
            "region Images to compare with",
            "image Image 1 of 2, labeled class 000: " + folder.resolve("image 0.png"))
        .doesNotContain("button ", "image ", "textbox ");
    press("k");
    assertThat(page.text("document.querySelector('[aria-live=polite]').textContent"))
        .isEqualTo(
            "Saved: keep “class 000”. Image 2 of 2, labeled class 001, suggested class 002.");
  }

  @Test
  void brokenImageShowsItsReason() throws IOException {
    SuspectFixture.write(folder, 3, 3, 3);
    Files.writeString(folder.resolve("image 0.png"), "no image");
    Chromium page = open(1280, 900, "light");
    page.await("document.querySelector('#picture p')");
    assertThat(page.text("document.querySelector('#picture p').textContent"))
        .contains("image 0.png is not an image of a supported format");
    press("x");
    assertThat(SuspectFixture.decisions(folder)).containsExactly("image 0.png,class 000,remove,");
  }

  @Test
  void smallImagesAreEnlargedByWholeFactors() throws IOException {
    Chromium page = open(3, 3, 3);
    assertThat(
            page.value("document.querySelector('#picture img').width % " + SuspectFixture.SIDE)
                .asInt())
        .isZero();
    assertThat(page.value("document.querySelector('#picture img').width").asInt())
        .isGreaterThan(200);
    assertThat(page.text("getComputedStyle(document.querySelector('#picture img')).imageRendering"))
        .isEqualTo("pixelated");
  }

  @Test
  void finishSaysWhatToTypeNext() throws Exception {
    Chromium page = open(3, 3, 3);
    press("k");
    page.value("document.getElementById('finish').click()");
    assertThat(server().awaitFinish(10_000)).isTrue();
    page.await("!document.getElementById('over').hidden");
    assertThat(page.text("document.getElementById('over-next').textContent"))
        .isEqualTo(
            "softgate apply --decisions %s --out corrected.csv"
                .formatted(folder.resolve("decisions.csv")));
  }

  @Test
  void endedServerIsReportedAndNothingIsLost() throws IOException {
    Chromium page = open(3, 3, 3);
    press("k");
    server().close();
    press("k");
    assertThat(page.text("document.getElementById('alert').textContent"))
        .contains("Softgate does not answer", folder.resolve("decisions.csv").toString());
    assertThat(page.text("document.getElementById('place').textContent")).isEqualTo("Image 2 of 3");
    assertThat(SuspectFixture.decisions(folder)).hasSize(1);
  }

  @Test
  void twoTabsShareOneReview() throws IOException {
    Chromium page = open(4, 4, 3);
    String elsewhere =
        "ask('decide', {at: 0, decision: 'REMOVE', label: null, seconds: 1, filter: 'ALL'})";
    press("k");
    page.value(elsewhere);
    press("u");
    assertThat(page.text("document.getElementById('alert').textContent"))
        .as("an undo of an unknown decision")
        .contains("Another tab has decided meanwhile");
    press("u", "b");
    assertThat(page.text("document.getElementById('decided').textContent"))
        .contains("Decided: keep “class 000”");
    press("s");
    assertThat(SuspectFixture.decisions(folder))
        .containsExactly(
            "image 0.png,class 000,keep,class 000", "image 0.png,class 000,relabel,class 001");
    assertThat(DecisionsFile.read(folder.resolve("decisions.csv"))).hasSize(1);
  }
}
