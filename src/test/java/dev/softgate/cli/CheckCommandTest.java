package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.softgate.data.check.TestPhotos;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {

  private static final String HOSTILE = "<img src=x onerror=alert(1)>\"'\u001b[31m.png";

  @TempDir Path dir;

  private Path photos;

  @BeforeEach
  void writePhotos() throws IOException {
    photos = dir.resolve("photos");
    for (int i = 0; i < 24; i++) {
      TestPhotos.write(
          TestPhotos.photo(i, 40, 30), photos.resolve("class%d/%02d.png".formatted(i % 2, i)));
    }
  }

  @Test
  void soundFolderHasNoProblems() throws IOException {
    CommandRun run = TinyRun.run("data", "check", photos.toString());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .containsPattern("(?m)^data set +folder:.*photos$")
        .containsPattern("(?m)^images +24: 24 train, 0 test$")
        .containsPattern("(?m)^classes +2 of 12 training images each$")
        .containsPattern("(?m)^sizes +40×30 pixels$")
        .containsPattern("(?m)^formats +24 PNG$")
        .endsWith("No problems found.\n");
  }

  @Test
  void saysOnceWhatMostImagesAre() throws IOException {
    for (int i = 0; i < 24; i++) {
      Path file = photos.resolve("class%d/%02d.png".formatted(i % 2, i));
      BufferedImage gray = new BufferedImage(40, 30, BufferedImage.TYPE_BYTE_GRAY);
      gray.createGraphics().drawImage(ImageIO.read(file.toFile()), 0, 0, null);
      TestPhotos.write(gray, file);
    }
    assertThat(TinyRun.run("data", "check", photos.toString()).out())
        .endsWith(
            "\n24 of 24 images are gray: not listed, because most are.\nNo problems found.\n");
  }

  @Test
  void printsEveryKeyOfTheContract() throws IOException {
    Files.copy(photos.resolve("class0/00.png"), photos.resolve("class1/same.png"));
    Files.writeString(photos.resolve("class0").resolve(HOSTILE), "no image");
    CommandRun run = TinyRun.run("data", "check", "folder:" + photos, "--json");
    assertThat(run.exitCode()).isEqualTo(2);
    JsonNode report = new ObjectMapper().readTree(run.out());
    assertThat(report.get("images").intValue()).isEqualTo(25);
    assertThat(report.get("files").intValue()).isEqualTo(26);
    assertThat(report.get("classes").intValue()).isEqualTo(2);
    assertThat(report.get("sizes").toString())
        .isEqualTo("{\"distinct\":1,\"least\":[40,30],\"greatest\":[40,30]}");
    assertThat(report.get("formats").toString()).isEqualTo("{\"PNG\":25}");
    assertThat(report.at("/unreadable/0/file").textValue())
        .isEqualTo(photos.resolve("class0").resolve(HOSTILE).toString());
    assertThat(report.at("/unreadable/0/reason").textValue()).startsWith("is not an image");
    List<String> copies =
        List.of(
            photos.resolve("class0/00.png").toString(),
            photos.resolve("class1/same.png").toString());
    for (String key : List.of("exact_duplicates", "conflicting_duplicates")) {
      assertThat(report.get(key)).hasSize(1);
      assertThat(report.get(key).get(0)).extracting(JsonNode::textValue).isEqualTo(copies);
    }
    assertThat(report.get("small_classes")).isEmpty();
    assertThat(report.at("/issues/0/issue").textValue()).isEqualTo("unreadable");
    assertThat(report.at("/issues/1/issue").textValue()).isEqualTo("conflicting_duplicates");
    assertThat(report.at("/issues/1/findings/0/images/0").toString())
        .isEqualTo(
            "{\"file\":\"%s\",\"class_name\":\"class0\",\"part\":\"train\"}"
                .formatted(copies.get(0)));
  }

  @Test
  void showsThreeExamplesOfAProblemOnOneLineEach() throws IOException {
    for (int i = 0; i < 5; i++) {
      Files.writeString(photos.resolve("class0").resolve(i + HOSTILE), "no image");
    }
    CommandRun run = TinyRun.run("data", "check", photos.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out())
        .contains("unreadable: 5 files. Replace or remove them")
        .contains("    and 2 more\n")
        .contains("    class0" + dir.getFileSystem().getSeparator() + "0<img src=x")
        .doesNotContain("\u001b");
  }

  @Test
  void pageShowsImagesAndIsInert() throws IOException {
    Files.copy(photos.resolve("class0/00.png"), photos.resolve("class1").resolve(HOSTILE));
    Files.writeString(photos.resolve("class0").resolve(HOSTILE), "no image");
    Path page = dir.resolve("check.html");
    TinyRun.run("data", "check", photos.toString(), "--html", page.toString());
    String html = Files.readString(page);
    assertThat(html)
        .contains("Identical under different labels: 2")
        .contains("Unreadable: 1")
        .contains("&lt;img src=x onerror=alert(1)&gt;")
        .doesNotContain("<img src=x")
        .doesNotContain("<script");
    assertThat(html.split("data:image/jpeg;base64,", -1)).hasSize(1 + 2 + 2);
  }

  @Test
  void rejectsContradictoryOrMissingNames() {
    assertRefused(
        TinyRun.run("data", "check", photos.toString(), "--dataset", "synthetic"),
        "SET and --dataset both name a set");
    assertRefused(TinyRun.run("data", "check", dir.resolve("absent").toString()), "absent");
    assertRefused(
        TinyRun.run("data", "check", photos.toString(), "--html", dir.resolve("no/x.html") + ""),
        "x.html");
  }

  @Test
  void checksSetsWithoutFiles() throws IOException {
    Path archive = DataCommandTest.archive(dir.resolve("cifar-10-few.tar.gz"), 2);
    JsonNode report =
        TinyRun.json("data", "check", "cifar10", "--data-dir", archive.toString(), "--json");
    assertThat(report.get("train_images").intValue()).isEqualTo(100);
    assertThat(report.get("test_images").intValue()).isEqualTo(20);
    assertThat(report.get("exact_duplicates").get(0).get(0).textValue()).isEqualTo("train:0");
    assertThat(report.get("exact_duplicates").get(0)).hasSize(6); // the archive repeats its rows
    assertThat(report.get("formats").toString()).isEqualTo("{\"raw\":120}");
  }

  @Test
  void checksLists() throws IOException {
    Path list = dir.resolve("photos.csv");
    Files.writeString(
        list,
        """
        path,label,split
        photos/class0/00.png,even,train
        photos/class1/01.png,odd,train
        photos/class1/01.png,even,test
        """);
    JsonNode report = TinyRun.json("data", "check", list.toString(), "--json");
    assertThat(report.get("dataset").textValue()).isEqualTo("list:" + list);
    assertThat(report.get("train_images").intValue()).isEqualTo(2);
    assertThat(report.get("test_images").intValue()).isEqualTo(1);
    assertThat(report.get("conflicting_duplicates")).hasSize(1);
    assertThat(report.get("small_classes"))
        .extracting(JsonNode::textValue)
        .containsExactlyInAnyOrder("even", "odd");
  }

  @Test
  void checksASingleClass() throws IOException {
    Path class0 = photos.resolve("class0");
    CommandRun run = TinyRun.run("data", "check", class0.toString());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .containsPattern("(?m)^images +12: 12 train, 0 test$")
        .containsPattern("(?m)^classes +1 of 12 training images each$");
    Path wrapped = dir.resolve("wrapped");
    Files.createDirectories(wrapped);
    Files.move(class0, wrapped.resolve("class0"));
    assertThat(
            TinyRun.json("data", "check", wrapped.toString(), "--json").get("classes").intValue())
        .isEqualTo(1);
    assertRefused(
        TinyRun.run("data", "describe", "--dataset", "folder:" + wrapped),
        "has images of 1 class: 2 or more are required");
  }

  @Test
  void checksImagesToTestOnAlone() throws IOException {
    Files.createDirectories(dir.resolve("set"));
    Files.move(photos, dir.resolve("set/test"));
    JsonNode report = TinyRun.json("data", "check", dir.resolve("set").toString(), "--json");
    assertThat(report.get("train_images").intValue()).isZero();
    assertThat(report.get("test_images").intValue()).isEqualTo(24);
  }

  @Test
  void findsMirrorImagesInASingleClassWithoutARun() throws IOException {
    writeMirrored();
    Files.createDirectories(dir.resolve("one"));
    Files.move(photos.resolve("class0"), dir.resolve("one/class0"));
    JsonNode report =
        TinyRun.json(
            "data", "check", dir.resolve("one").toString(), "--json", "--features", "built-in");
    assertThat(report.at("/issues/0/issue").textValue()).isEqualTo("near_duplicates");
    assertThat(report.at("/issues/0/findings/0/images/1/file").textValue()).endsWith("b.png");
  }

  /** Writes an image and its mirror image. */
  private void writeMirrored() throws IOException {
    BufferedImage photo = TestPhotos.photo(100, 40, 30);
    BufferedImage mirrored = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    for (int at = 0; at < 40 * 30; at++) {
      mirrored.setRGB(39 - at % 40, at / 40, photo.getRGB(at % 40, at / 40));
    }
    TestPhotos.write(photo, photos.resolve("class0/a.png"));
    TestPhotos.write(mirrored, photos.resolve("class0/b.png"));
  }

  @Test
  void warnsOnce() throws IOException {
    Files.writeString(photos.resolve("class0/notes.txt"), "no image");
    for (String command : List.of("check", "verify")) {
      try (LogCapture log = new LogCapture()) {
        TinyRun.run(
            "data", command, "--dataset", "folder:" + photos, "--features", "built-in", "--json");
        assertThat(log.messages()).filteredOn(text -> text.contains("notes.txt")).hasSize(1);
      }
    }
  }

  @Test
  void findsMirrorImagesByFeatures() throws IOException {
    writeMirrored();
    Files.writeString(photos.resolve("class0/bad.png"), "no image");
    TinyRun run = TinyRun.train(dir, "network");
    String[] check = {"data", "check", photos.toString(), "--json", "--features"};
    CommandRun plain = TinyRun.run("data", "check", photos.toString(), "--json");
    assertThat(plain.out()).doesNotContain("near_duplicates");
    String[] featured = Arrays.copyOf(check, check.length + 1);
    featured[check.length] = run.path().toString();
    JsonNode report = new ObjectMapper().readTree(TinyRun.run(featured).out());
    JsonNode near = report.at("/issues/1");
    assertThat(near.get("issue").textValue()).isEqualTo("near_duplicates");
    assertThat(near.get("images").intValue()).isEqualTo(2);
    assertThat(near.at("/findings/0/images/0/file").textValue()).endsWith("a.png");
    assertThat(near.at("/findings/0/images/1/file").textValue()).endsWith("b.png");
    featured[check.length] = dir.resolve("absent").toString();
    assertRefused(TinyRun.run(featured), "absent");
  }
}
