package dev.softgate.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.softgate.BadInputException;
import dev.softgate.data.Dataset;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Datasets;
import dev.softgate.data.DownloadListener;
import dev.softgate.study.Suspect;
import dev.softgate.study.SuspectsTable;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {

  private static final Pattern SECTION = Pattern.compile("<section id=\"(\\w+)\">");
  private static final Pattern IMAGE = Pattern.compile("<img src=\"([^\"]*)\" alt=\"([^\"]*)\">");

  @TempDir Path runs;

  private static String html(RunFiles... files) {
    return Report.of(Arrays.stream(files).map(RunFiles::folder).toList(), Map.of())
        .html(Path.of("").toAbsolutePath());
  }

  private static List<String> sections(String html) {
    return SECTION.matcher(html).results().map(match -> match.group(1)).toList();
  }

  /** The HTML of a section. */
  private static String section(String html, String id) {
    int start = html.indexOf("<section id=\"" + id + "\">");
    return html.substring(start, html.indexOf("</section>", start));
  }

  @Test
  void showsEverySection() {
    String html = html(RunFiles.complete(runs, "all"));
    assertThat(sections(html))
        .containsExactly(
            "figures",
            "learning",
            "skipping",
            "gates",
            "compute",
            "labels",
            "scores",
            "images",
            "provenance",
            "configuration");
    assertThat(section(html, "figures")).contains("45.00%", "310,884", "0.4950", "813");
    assertThat(section(html, "learning")).contains("lr 0.01", "validation: 4, 45%");
    assertThat(section(html, "compute")).contains("hard: o2 where it passes: 15.0%, 85.0%");
    assertThat(section(html, "provenance"))
        .contains("softgate train --name 'a b'", "2026-01-03T00:00:00Z", "beef", "avx512");
    assertThat(section(html, "configuration")).contains("synthetic", "weight-decay");
  }

  /** Student's t for two values is 12.7062 half their distance, for three 2.4841 deviations. */
  @Test
  void groupsRunsByConfiguration() {
    double[][] accuracies = {{0.5, 0.6, 0.7}, {0.4, 0.6, 0.6}};
    List<RunFiles> files = new ArrayList<>();
    for (int gate = 0; gate < 2; gate++) {
      for (int seed = 1; seed <= 3; seed++) {
        Map<String, String> own =
            Map.of(
                "gate", gate == 0 ? "classifier" : "none", "seed", "" + seed, "threads", "" + seed);
        files.add(
            RunFiles.create(runs, "g" + gate + "s" + seed, own)
                .summary(null, accuracies[gate][seed - 1]));
      }
    }
    files.add(RunFiles.create(runs, "single", Map.of("depth", "14")).summary(null));
    Map<String, String> again = Map.of("gate", "none", "seed", "2", "runs-dir", "there");
    files.add(RunFiles.create(runs, "again", again).summary(null, 0.99));
    files.get(0).scores("");
    files.get(0).with(files.get(0).folder().scoresSummary(), summaryOf(0.75));
    files.get(1).with(files.get(1).folder().scoresSummary(), summaryOf(0.85));
    files.get(2).with(files.get(2).folder().scoresSummary(), summaryOf(0.95));
    String seeds = section(html(files.toArray(RunFiles[]::new)), "seeds");
    assertThat(seeds)
        .contains(
            "<th scope=\"row\">A</th><td>1, 2, 3</td><td>g0s1, g0s2, g0s3</td><td>depth 20, gate"
                + " classifier</td>",
            "<th scope=\"row\">B</th><td>1, 2, 3</td><td>g1s1, g1s2, g1s3</td><td>depth 20, gate"
                + " none</td>",
            "A − B")
        .contains("<td>0.6000 (0.3516 to 0.8484)</td><td>0.5333 (0.2465 to 0.8202)</td>")
        .contains("<td>0.8500 (0.6016 to 1.0984)</td><td>–</td>")
        .contains("<td>test accuracy</td><td>0.0667 (-0.0768 to 0.2101)</td><td>3</td>")
        .contains("Left out because their seed is repeated: again (as g1s2).")
        .doesNotContain("depth 14");
    files.get(4).summary("other images", 0.6);
    assertThat(section(html(files.toArray(RunFiles[]::new)), "seeds"))
        .as("of synthetic images the seed draws these too")
        .contains("<td>g1s1, g1s2, g1s3</td><td>depth 20, gate none</td>");
  }

  @Test
  void comparesSeedsWithoutTestImages() {
    List<RunFiles> files = new ArrayList<>();
    for (int seed = 1; seed <= 2; seed++) {
      RunFiles run = RunFiles.create(runs, "s" + seed, Map.of("seed", "" + seed)).metrics(4);
      files.add(run.with(run.folder().gatesTest(), "id,label,predicted,correct,entropy,g\n"));
      run.summary(null, null);
    }
    String html = html(files.toArray(RunFiles[]::new));
    assertThat(section(html, "seeds")).contains("val accuracy").doesNotContain("<td>test accuracy");
    assertThat(section(html, "figures"))
        .contains("validation accuracy")
        .doesNotContain("<th scope=\"row\">test accuracy<");
    assertThat(sections(html)).doesNotContain("gates", "images");
  }

  @Test
  void doesNotGroupRunsOfOtherImages() {
    Map<String, String> first = Map.of("dataset", "cifar10", "seed", "1");
    Map<String, String> second = Map.of("dataset", "cifar10", "seed", "2");
    RunFiles one = RunFiles.create(runs, "one", first).summary("a");
    assertThat(sections(html(one, RunFiles.create(runs, "two", second).summary("a"))))
        .contains("seeds");
    assertThat(sections(html(one, RunFiles.create(runs, "three", second).summary("b"))))
        .doesNotContain("seeds");
  }

  private static String summaryOf(double auroc) {
    return "{\"noise_estimate_by_class\": {}, \"against_truth\": [{\"score\": \"aum\", \"auroc\": %s}]}"
        .formatted(auroc);
  }

  @Test
  void doesNotGroupASingleSeed() {
    assertThat(sections(html(RunFiles.create(runs, "a").summary(null)))).doesNotContain("seeds");
  }

  @Test
  void showsANewRun() {
    String html = html(RunFiles.create(runs, "new"));
    assertThat(sections(html)).containsExactly("configuration");
    assertThat(html).contains("not started");
    assertThat(sections(html(RunFiles.create(runs, "first").metrics(0))))
        .containsExactly("configuration");
    assertThat(sections(html(RunFiles.create(runs, "one").metrics(1))))
        .containsExactly("learning", "skipping", "configuration");
  }

  @Test
  void joinsTestsAcrossEpochs() {
    RunFiles files = RunFiles.create(runs, "r").metrics(4);
    String metrics =
        read(files.folder().metrics()).replaceAll("(?m)^([03],.*,0\\.7),,,,,,", "$1,50,0.5,1.5,,,");
    String html = html(files.with(files.folder().metrics(), metrics));
    assertThat(html)
        .contains("<title>test: 1, 50%</title>", "<title>test: 4, 50%</title>")
        .containsPattern("<path class=\"mark line s2\" d=\"M[\\d. ]+L[\\d. ]+\">")
        .doesNotContain("<title>test: 2, ");
  }

  @Test
  void showsAccuracyByTenths() {
    String gates = section(html(RunFiles.create(runs, "r").gates()), "gates");
    for (int tenth = 1; tenth <= 10; tenth++) {
      assertThat(gates).contains("<title>r: %d, %d%%</title>".formatted(tenth, 100 - 10 * tenth));
    }
    assertThat(gates).contains("correct (45)", "misclassified (55)");
  }

  @Test
  void showsHardImagesOfAPlainNetwork() {
    RunFiles files = RunFiles.create(runs, "plain").gates();
    String table = read(files.folder().gatesTest()).replaceAll("(?m),[^,g]*$", ",");
    String html = html(files.with(files.folder().gatesTest(), table));
    assertThat(sections(html)).containsExactly("images", "configuration");
    assertThat(section(html, "images")).contains("entropy 1.980").doesNotContain(">g ");
  }

  @Test
  void comparesScoresWithTheTruth() {
    String scores = section(html(RunFiles.create(runs, "r").scores("")), "scores");
    assertThat(scores)
        .contains(
            "true labels of 60 of 60 images are known; 20 of them differ from the given labels"
                + " (33.3%)")
        .contains(
            "<th scope=\"row\">exact</th><td>1.0000 (1.0000 to 1.0000)</td>"
                + "<td>1.0000 (1.0000 to 1.0000)</td>")
        .contains("<th scope=\"row\">guess</th><td>0.");
  }

  @Test
  void showsMemorization() {
    RunFiles files = RunFiles.create(runs, "r").scores("");
    assertThat(sections(html(files))).doesNotContain("memory");
    String table = read(files.folder().scores()).replace(",exact,", ",memorization,");
    String html = html(files.with(files.folder().scores(), table));
    assertThat(section(html, "memory"))
        .contains("right labels (40)", "wrong labels (20)")
        .doesNotContain("<table");
    String figures =
        "{\"noise_estimate_by_class\": {\"disc\": 0.25, \"ring\": null}, \"memory\":"
            + " {\"train_accuracy_on\": 0.99, \"train_accuracy_off\": 0.5, \"wrong_fitted_on\":"
            + " 0.97, \"wrong_fitted_off\": 0.1, \"wrong_corrected_on\": 0,"
            + " \"wrong_corrected_off\": 0.4}}";
    html = html(files.with(files.folder().scoresSummary(), figures));
    assertThat(section(html, "memory"))
        .contains("<th scope=\"row\">off</th>", "<td>50.00%</td><td>10.00%</td><td>40.00%</td>");
    assertThat(section(html, "labels"))
        .contains(
            "<th scope=\"row\">disc</th><td>60</td><td>20</td><td>25.00%</td><td>ring 20</td>");
    String images = section(html, "images");
    int gallery = images.indexOf("Most memorized train images: lowest memorization");
    assertThat(gallery).isPositive();
    assertThat(images.substring(gallery).split("true ring", -1)).hasSize(1 + 20);
  }

  @Test
  void explainsWhyNoLabelIsFlagged() {
    RunFiles files = RunFiles.create(runs, "r").scores("");
    String figures =
        "{\"too_weak\": \"the network is too weak\", \"noise_estimate_by_class\": {\"disc\":"
            + " null}}";
    String html = html(files.with(files.folder().scoresSummary(), figures));
    assertThat(section(html, "labels"))
        .contains("the number of wrong labels is not estimated: the network is too weak.");
  }

  @Test
  void sortsTheGalleryByAum() {
    RunFiles files = RunFiles.create(runs, "r").scores("");
    String table = read(files.folder().scores()).replace(",exact,", ",aum,");
    assertThat(section(html(files.with(files.folder().scores(), table)), "images"))
        .contains("lowest aum");
  }

  @Test
  void omitsScoresWithoutWrongLabels() {
    RunFiles files = RunFiles.create(runs, "r").scores("");
    String table = read(files.folder().scores()).replace(",ring\n", ",disc\n");
    String html = html(files.with(files.folder().scores(), table));
    assertThat(section(html, "scores"))
        .contains("scores cannot be compared")
        .doesNotContain("<svg");
    String unknown = table.replaceAll("(?m),\\w+$", "");
    assertThat(sections(html(files.with(files.folder().scores(), unknown))))
        .containsExactly("labels", "images", "configuration");
  }

  @Test
  void showsTheTablesImages() throws IOException {
    Dataset dataset =
        Datasets.load(new DatasetRequest("synthetic", runs, null, 1), DownloadListener.NONE);
    RunFiles files = RunFiles.create(runs, "r").gates().scores("").summary(dataset.sha256());
    Matcher image = IMAGE.matcher(section(html(files), "images"));
    int found = 0;
    while (image.find()) {
      boolean train = image.group(2).startsWith("train image ");
      int id = Integer.parseInt(image.group(2).replaceAll("\\D", ""));
      byte[] png = Base64.getDecoder().decode(image.group(1).replace("data:image/png;base64,", ""));
      BufferedImage shown = ImageIO.read(new ByteArrayInputStream(png));
      byte[] pixels = (train ? dataset.train() : dataset.test()).pixels(id);
      for (int y = 0; y < 32; y++) {
        for (int x = 0; x < 32; x++) {
          int at = y * 32 + x;
          assertThat(shown.getRGB(x, y) & 0xFFFFFF)
              .isEqualTo(
                  (pixels[at] & 0xFF) << 16
                      | (pixels[at + 1024] & 0xFF) << 8
                      | (pixels[at + 2048] & 0xFF));
        }
      }
      found++;
    }
    assertThat(found).isEqualTo(60 + 2 * 24);
  }

  @Test
  void galleriesStartWithTheExtremes() {
    String images = section(html(RunFiles.create(runs, "r").gates().scores("")), "images");
    List<String> names = IMAGE.matcher(images).results().map(match -> match.group(2)).toList();
    assertThat(names.get(0)).as("most suspicious by guess, the first score").startsWith("train");
    assertThat(names.get(60)).as("hardest").isEqualTo("test image 99");
    assertThat(names.get(84)).as("easiest").isEqualTo("test image 0");
    assertThat(images).contains("given disc", "suggested ring", "true ring", "issue");
  }

  @Test
  void sortsSuspectsAndGivesReasons() {
    RunFiles files = RunFiles.create(runs, "r").scores("");
    String table =
        read(files.folder().scores())
            .replace(",guess,exact,", ",aum,normalized_margin,")
            .replace("\n3,,disc,ring", "\n3,,arc,ring");
    SuspectsTable.write(
        files.folder().suspects(),
        List.of(new Suspect(null, 0, "disc", "ring", 0.25, 0.625, 0, true, "predicted <ring>")));
    String images = section(html(files.with(files.folder().scores(), table)), "images");
    assertThat(images)
        .contains("checked> score</label>", "> class</label>", "> disagreement</label>")
        .contains("<p>predicted &lt;ring", "<p>probability of disc 0.250, of ring 0.625</p>")
        .doesNotContain("<a href");
    List<String> orders =
        Pattern.compile("style=\"(--o0:\\d+;--o1:\\d+;--o2:\\d+)\"")
            .matcher(images)
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(orders).hasSize(60).startsWith("--o0:0;--o1:1;--o2:0");
    int arc = images.indexOf("given arc");
    assertThat(images.substring(0, arc)).containsPattern("--o0:\\d+;--o1:0;[^\\n]*$");
  }

  @Test
  void showsWhatALabelFileChanges() {
    Dataset dataset =
        Datasets.load(new DatasetRequest("synthetic", runs, null, 1), DownloadListener.NONE);
    Path file = runs.resolve("l.csv");
    int[] own = dataset.train().labels();
    int other = (own[0] + 1) % 10;
    RunFiles before = RunFiles.create(runs, "before").summary(dataset.sha256(), 0.25);
    RunFiles after =
        RunFiles.create(runs, "after", Map.of("labels", file.toString()))
            .with(file, "index,given\n0,%d\n1,\n2,%d\n".formatted(other, own[2]))
            .summary(dataset.sha256(), 0.5);
    String section = section(html(before, after), "relabeling");
    long images = Arrays.stream(own).filter(label -> label == own[0]).count();
    int left = own[1] == own[0] ? 1 : 0;
    assertThat(section)
        .contains("lists 3 images: 1 have another label than in the set, and 1 are left out")
        .contains(
            "<th scope=\"row\">%s</th><td>%,d</td><td>1</td><td>0</td><td>%d</td><td>%,d</td>"
                .formatted(dataset.classNames().get(own[0]), images, left, images - 1 - left))
        .contains("<th scope=\"row\">before</th><td>before</td><td>25.00%</td>")
        .contains("<th scope=\"row\">after</th><td>after</td><td>50.00%</td>");
    after.with(file, "index,given\n0,99\n");
    assertThat(section(html(after), "relabeling"))
        .contains("The changed labels cannot be shown: ", "line 2: given must be a class");
    assertThat(sections(html(before))).doesNotContain("relabeling");
  }

  @Test
  void reportsMissingImages() {
    RunFiles other = RunFiles.create(runs, "other").gates().summary("0123");
    String html = html(other);
    assertThat(section(html, "images"))
        .contains("The images cannot be shown: ", "does not have the run's images (SHA-256 ")
        .doesNotContain("<img");
    RunFiles cifar = RunFiles.create(runs, "cifar").gates();
    String config = read(cifar.folder().config()).replace("synthetic", "cifar10");
    cifar.with(cifar.folder().config(), config);
    assertThat(section(html(cifar), "images"))
        .contains("cifar10 is not in " + runs.resolve("none") + "; specify data-dir DIR");
    RunFiles folder = RunFiles.create(runs, "folder").gates();
    folder.with(
        folder.folder().config(),
        read(folder.folder().config()).replace("synthetic", "folder:" + runs.resolve("gone")));
    assertThat(section(html(folder), "images")).contains("The images cannot be shown: ", "gone");
    assertThat(sections(html(folder))).contains("gates", "images", "configuration");
  }

  @Test
  void overlaysSeveralRuns() {
    RunFiles first = RunFiles.complete(runs, "first");
    RunFiles second = RunFiles.complete(runs, "second");
    second.with(
        second.folder().config(),
        read(second.folder().config()).replace("weight-decay: 1.0E-4", "weight-decay: 0.001"));
    String html = html(first, second);
    assertThat(html).contains("<h1>2 runs</h1>");
    assertThat(section(html, "figures"))
        .contains("<th scope=\"col\">first</th><th scope=\"col\">second</th>")
        .contains("<td>45.00%</td><td>45.00%</td>");
    String learning = section(html, "learning");
    assertThat(learning)
        .contains("<title>first: 4, 50%</title>", "<title>second: 4, 50%</title>", "lr 0.01");
    assertThat(section(html, "configuration"))
        .contains(
            "<tr class=\"marked\"><th scope=\"row\">weight-decay</th><td>1.0E-4</td>"
                + "<td>0.001</td></tr>")
        .contains("<tr class=\"plain\"><th scope=\"row\">depth</th>");
  }

  @Test
  void omitsMilestonesOfDifferentSchedules() {
    RunFiles first = RunFiles.create(runs, "first").metrics(4);
    RunFiles second = RunFiles.create(runs, "second").metrics(2);
    assertThat(section(html(first), "learning")).contains("lr 0.01");
    assertThat(section(html(first, second), "learning"))
        .contains("change at different epochs")
        .doesNotContain("lr 0.01");
  }

  @Test
  void distinguishesRunsByFolder() {
    RunFiles first = RunFiles.create(runs.resolve("a"), "same").metrics(1);
    RunFiles second = RunFiles.create(runs.resolve("b"), "same").metrics(1);
    assertThat(html(first, second))
        .contains(runs.resolve("a").resolve("same").toString())
        .contains(runs.resolve("b").resolve("same").toString());
    assertThatExceptionOfType(BadInputException.class)
        .isThrownBy(() -> html(first, first))
        .withMessageContaining("is listed twice");
  }

  @Test
  void escapesAllTexts() {
    String nasty = "'\"><script>alert(1)</script><img src=x onerror=alert(1)>&lt;${1}";
    RunFiles files = RunFiles.create(runs, nasty.replace("/", "")).metrics(2).gates();
    files.scores(nasty.replace("\"", "\"\"").replaceAll("^(.*)$", "\"$1\""));
    files.with(
        files.folder().scores(),
        read(files.folder().scores())
            .replace("guess,", "</style></title>,")
            .replaceAll("(?m)^(\\d+),,", "$1,<b>.png,"));
    String html = html(files, RunFiles.complete(runs, "</svg>".replace("/", "")));
    assertThat(html)
        .doesNotContain("<script", "<img src=x", "<b>", "</style></title>")
        .contains("&lt;script&gt;alert(1)", "\"train image 0, &lt;b>.png\"");
    assertThat(html.split("</style>", -1)).hasSize(2);
  }

  @Test
  void isDeterministic() {
    RunFiles files = RunFiles.complete(runs, "r");
    assertThat(html(files)).isEqualTo(html(files));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "metrics.csv | 0.9,100,0.15 | 0.9,100,1x | line 2: a number is expected",
        "gates-test.csv | 99,3,5,0 | 99,3,5,maybe | line 2: 0 or 1 is expected",
        "gates-test.csv | 98,3,5, | 98,3,77, | line 3: a whole number below 10 is expected",
        "gates-test.csv | 98,3,5, | 1e9,3,5, | line 3: a whole number below 1000 is expected",
        "gates-test.csv | id,label | id,truth | the column \"label\" is missing",
        "scores.csv | 1,,disc,ring,issue,0.1 | -1,,disc,ring,issue,0.1 | line 3: a whole number"
            + " from 0 is expected",
        "scores.csv | 0.1,ring | 1.5,ring | line 2: a score from 0 to 1 is expected",
        "scores.csv | 59,,disc | 99999,,disc | image 99999 is not among the 5000",
        "scores.csv | guess,exact | guess | line 2: 7 cells are expected",
        "skip-curve.csv | hard,0.5 | 0.5 | line 3: 7 cells are expected",
        "summary.json | \"status\" | \"state\" | the key \"status\" is missing",
        "config.yaml | depth: 20 | depth: deep | depth",
      })
  void rejectsDamagedFilesInOneLine(String file, String old, String damaged, String message) {
    RunFiles files = RunFiles.complete(runs, "r");
    Path path = files.folder().path().resolve(file);
    String before = read(path);
    String text = before.replace(old, damaged);
    assertThat(text).as("the damage").isNotEqualTo(before);
    files.with(path, text);
    assertThatExceptionOfType(BadInputException.class)
        .isThrownBy(() -> html(files))
        .withMessageContaining(message)
        .withMessageContaining(file.equals("config.yaml") ? "config" : file)
        .withMessageNotContaining("\n");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
