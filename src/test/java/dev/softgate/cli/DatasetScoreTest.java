package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.interop.Sha256;
import dev.softgate.run.FeatureNetwork;
import dev.softgate.study.Suspect;
import dev.softgate.study.SuspectsTable;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code score} of a folder of shapes, some of them in the folder of another shape. */
class DatasetScoreTest {

  private static final List<String> CLASSES = List.of("disc", "square", "stripes");
  private static final int EACH = 36;
  private static final int WRONG = 5;
  private static final int CONFLICTING = 2; // pairs of copies
  private static final int ALL = CLASSES.size() * EACH + CONFLICTING;

  @TempDir static Path folder;

  private static String dataset;
  private static final List<Path> wrong = new ArrayList<>();
  private static JsonNode said;

  @BeforeAll
  static void paintAndScore() throws IOException {
    Path shapes = folder.resolve("shapes");
    Random random = new Random(7);
    for (int i = 0; i < CLASSES.size() * EACH; i++) {
      int truth = i % CLASSES.size();
      int label = i < WRONG ? (truth + 1) % CLASSES.size() : truth;
      Path file = shapes.resolve(CLASSES.get(label)).resolve("image-%03d.png".formatted(i));
      Files.createDirectories(file.getParent());
      ImageIO.write(paint(truth, random), "png", file.toFile());
      if (i < WRONG) {
        wrong.add(file.toAbsolutePath().normalize());
      }
    }
    Files.copy(shapes.resolve("stripes/image-107.png"), shapes.resolve("disc/copy.png"));
    Files.createDirectories(shapes.resolve("rare")); // too few images to judge
    Files.copy(shapes.resolve("square/image-106.png"), shapes.resolve("rare/copy.png"));
    dataset = "folder:" + shapes;
    said =
        TinyRun.json(
            "score",
            "--dataset",
            dataset,
            "--out",
            out("first").toString(),
            "--json",
            "--cache-dir",
            "none");
  }

  private static BufferedImage paint(int shape, Random random) {
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(random.nextInt(100), random.nextInt(100), random.nextInt(100)));
    graphics.fillRect(0, 0, 32, 32);
    int bright = 156 + random.nextInt(100);
    graphics.setColor(new Color(bright, 156 + random.nextInt(100), 156 + random.nextInt(100)));
    int x = 3 + random.nextInt(8);
    int y = 3 + random.nextInt(8);
    int size = 14 + random.nextInt(6);
    switch (shape) {
      case 0 -> graphics.fillOval(x, y, size, size);
      case 1 -> graphics.fillRect(x, y, size, size);
      default -> {
        for (int line = random.nextInt(4); line < 32; line += 5) {
          graphics.fillRect(0, line, 32, 2);
        }
      }
    }
    graphics.dispose();
    return image;
  }

  private static Path out(String name) {
    return folder.resolve(name);
  }

  @Test
  void wrongLabelsComeFirst() {
    List<Suspect> suspects = SuspectsTable.read(out("first").resolve("suspects.csv"));

    assertThat(suspects).hasSize(ALL);
    assertThat(suspects.subList(CONFLICTING, CONFLICTING + WRONG).stream().map(Suspect::file))
        .containsExactlyInAnyOrderElementsOf(wrong);
    Suspect worst = suspects.get(CONFLICTING);
    assertThat(worst.score()).isLessThan(0.5);
    assertThat(worst.flagged()).isTrue();
    assertThat(worst.reason())
        .contains("predicted " + worst.suggested())
        .contains("nearest are labeled " + worst.suggested());
    assertThat(said.get("flagged").intValue()).isBetween(WRONG, WRONG + 5);
  }

  @Test
  void picturesUnderTwoLabelsComeFirst() {
    List<Suspect> first =
        SuspectsTable.read(out("first").resolve("suspects.csv")).subList(0, CONFLICTING);

    for (Suspect suspect : first) {
      assertThat(suspect.reason()).startsWith("the same picture is also labeled ");
    }
    assertThat(first.stream().filter(suspect -> suspect.given().equals("rare")))
        .singleElement()
        .extracting(Suspect::suggested)
        .as("the model does not judge this class, but the copy has a label")
        .isEqualTo("square");
  }

  @Test
  void saysWhatTheScoresComeFrom() throws IOException {
    JsonNode features = said.get("features");
    assertThat(features.get("network").asText()).isEqualTo("built-in");
    assertThat(features.get("sha256").asText())
        .hasSize(64)
        .isEqualTo(FeatureNetwork.open(null).sha256());
    assertThat(features.get("saw_images").booleanValue()).isFalse();
    assertThat(said.get("images").intValue()).isEqualTo(ALL);
    assertThat(said.get("split").asText()).isEqualTo("train");
    assertThat(out("first").resolve("scores.json")).content().contains("\"penalty\" : ");
    List<String> rows = Files.readAllLines(out("first").resolve("scores.csv"));
    assertThat(rows).hasSize(1 + ALL);
    assertThat(rows.get(0))
        .isEqualTo(
            "id,file,given,suggested,flags,confident_learning,given_over_suggested,"
                + "self_confidence,normalized_margin");
  }

  @Test
  void neighborsHaveTheGivenAndTheSuggestedLabel() throws IOException {
    List<String[]> rows =
        Files.readAllLines(out("first").resolve("neighbors.csv")).stream()
            .map(line -> line.split(",", -1))
            .toList();
    Suspect worst = SuspectsTable.read(out("first").resolve("suspects.csv")).get(CONFLICTING);

    assertThat(rows.get(0)).containsExactly("file", "class", "rank", "neighbor", "similarity");
    int before =
        IntStream.range(0, rows.size())
            .filter(i -> rows.get(i)[0].equals(worst.image()))
            .findFirst()
            .orElseThrow();
    for (int n = 0; n < 8; n++) {
      int i = before + n;
      String label = n < 4 ? worst.given() : worst.suggested();
      assertThat(rows.get(i)[0]).isEqualTo(worst.image());
      assertThat(rows.get(i)[1]).isEqualTo(label);
      assertThat(rows.get(i)[2]).isEqualTo(Integer.toString(n % 4 + 1));
      assertThat(Path.of(rows.get(i)[3])).exists().hasParentRaw(labeled(label));
      assertThat(Double.parseDouble(rows.get(i)[4])).isBetween(-1.0, 1.0);
    }
  }

  private static Path labeled(String label) {
    return folder.resolve("shapes").resolve(label).toAbsolutePath().normalize();
  }

  @Test
  void sameSeedSameBytes() throws IOException {
    for (String[] arguments : new String[][] {{"second", "1"}, {"third", "2"}}) {
      TinyRun.run(
          "score",
          "--dataset",
          dataset,
          "--out",
          out(arguments[0]).toString(),
          "--cache-dir",
          "none",
          "--seed",
          arguments[1]);
    }
    byte[] first = Files.readAllBytes(out("first").resolve("scores.csv"));

    assertThat(Files.readAllBytes(out("second").resolve("scores.csv"))).isEqualTo(first);
    assertThat(Files.readAllBytes(out("third").resolve("scores.csv"))).isNotEqualTo(first);
  }

  @Test
  void refusesWrongCombinations() {
    String made = out("none").toString();
    refused(List.of("--json"), "--dataset SET --out DIR");
    refused(List.of("--dataset", dataset), "--out is missing");
    refused(List.of("--out", made), "--dataset is missing");
    refused(List.of("runs/a", "--out", made), "--out: is of scores without a run");
    refused(List.of("--dataset", dataset, "--out", made, "--rewind"), "--rewind: requires a run");
    refused(List.of("--dataset", dataset, "--out", made, "--split", "test"), "--split test");
    refused(
        List.of("--dataset", dataset, "--out", made, "--split", "most"),
        "--split: must be one of train, val, test, all");
    refused(
        List.of("--dataset", dataset, "--out", made, "--folds", "200"),
        "--folds 200: there are 110 images");
  }

  private static void refused(List<String> options, String says) {
    List<String> arguments = new ArrayList<>(options);
    arguments.add(0, "score");
    assertRefused(TinyRun.run(arguments.toArray(String[]::new)), says);
  }

  @Test
  void builtInNetworkIsSmall() throws IOException {
    byte[] bytes;
    try (InputStream in =
        requireNonNull(FeatureNetwork.class.getResourceAsStream("built-in-features.safetensors"))) {
      bytes = in.readAllBytes();
    }
    assertThat(bytes).hasSizeLessThan(4 << 20);
    assertThat(Sha256.of(bytes)).isEqualTo(FeatureNetwork.open(null).sha256());
    assertThat(FeatureNetwork.open(null).checkpoint().config().execution().runsDir())
        .isEqualTo(Path.of("runs"));
    assertThat(FeatureNetwork.open(null).checkpoint().spec().classes()).isEqualTo(100);
  }
}
