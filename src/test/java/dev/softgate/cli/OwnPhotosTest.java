package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.config.RunConfig;
import dev.softgate.interop.CsvTable;
import dev.softgate.serving.SkippingClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of photos, from training to report. */
class OwnPhotosTest {

  @TempDir Path folder;

  private TinyRun train(Path photos, String... options) {
    String[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = "--skip-bad";
    return TinyRun.trainOn(photos, folder, "own", all);
  }

  private static CommandRun run(String... arguments) {
    CommandRun run = TinyRun.run(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private static CsvTable table(TinyRun run, String file) {
    return CsvTable.read(run.path().resolve(file));
  }

  @Test
  void flatFolderTrainsAndReportsWithoutTestImages() throws IOException {
    Path photos = folder.resolve("my photos");
    Photos.write(photos, 0, 40);
    Photos.broken(photos);

    TinyRun own = train(photos);
    assertThat(own.summary().get("status").textValue()).isEqualTo("finished");
    assertThat(own.summary().get("test_accuracy").isNull()).isTrue();
    assertThat(own.summary().get("val_accuracy").isNumber()).isTrue();
    assertThat(Files.readString(own.path().resolve("train.log")))
        .contains("no test images")
        .doesNotContain("NaN");
    assertThat(table(own, "gates-test.csv").rows()).isZero();
    assertThat(table(own, "metrics.csv").texts("test_accuracy")).containsExactly("");
    assertThat(table(own, "metrics.csv").texts("val_images")).containsExactly("4");

    JsonNode evaluated = TinyRun.json("eval", own.toString(), "--json");
    assertThat(evaluated.get("split").textValue()).isEqualTo("val");
    assertThat(evaluated.get("images").intValue()).isEqualTo(4);
    assertThat(evaluated.get("accuracy")).isEqualTo(own.summary().get("val_accuracy"));
    assertRefused(TinyRun.run("eval", own.toString(), "--split", "test"), "no test", "--split val");

    JsonNode skipped =
        TinyRun.json(
            "skip",
            own.toString(),
            "--calibrate",
            "--target-skip",
            "0.5",
            "--seconds",
            "0",
            "--json");
    assertThat(skipped.get("split").textValue()).isEqualTo("val");
    assertRefused(
        TinyRun.run("skip", own.toString(), "--curve", "--calibrate-on", "test-half"),
        "no test images",
        "--calibrate-on val");

    JsonNode predicted = TinyRun.json("predict", own.toString(), photos + "/dog", "--json");
    assertThat(predicted.get("predictions")).hasSize(20);

    assertThat(TinyRun.json("score", own.toString(), "--json").has("images")).isTrue();
    assertThat(table(own, "scores.csv").rows()).isEqualTo(36);

    run("report", own.toString());
    String html = Files.readString(own.path().resolve("report.html"));
    assertThat(html).contains("validation accuracy").doesNotContain("test accuracy", "NaN");
    assertThat(run("train", "--resume", own.toString()).exitCode()).isZero();
    assertThat(run("data", "describe", "--dataset", "folder:" + photos, "--skip-bad").out())
        .contains("36 train, 4 validation (seeded split), no test", "20 train\n");
  }

  @Test
  void namedValidationImagesValidate() throws IOException {
    Path photos = folder.resolve("photos");
    Photos.write(photos.resolve("train"), 0, 24);
    Photos.write(photos.resolve("val"), 24, 7);
    Photos.write(photos.resolve("test"), 31, 9);
    Photos.broken(photos.resolve("train"));

    TinyRun own = train(photos, "--val-fraction", "0.5");
    assertThat(table(own, "metrics.csv").texts("train_images")).containsExactly("24");
    assertThat(table(own, "metrics.csv").texts("val_images")).containsExactly("7");
    assertThat(table(own, "gates-test.csv").rows()).isEqualTo(9);
    assertThat(Files.readString(own.path().resolve("train.log")))
        .contains("the set names its 7 validation images; val-fraction 0.5 has no effect");
    assertThat(Files.readString(own.path().resolve("config.yaml"))).contains("split: given");

    JsonNode validated = TinyRun.json("eval", own.toString(), "--split", "val", "--json");
    assertThat(validated.get("images").intValue()).isEqualTo(7);
    assertThat(validated.get("accuracy")).isEqualTo(own.summary().get("val_accuracy"));
    assertThat(TinyRun.json("eval", own.toString(), "--json").get("images").intValue())
        .isEqualTo(9);
    assertThat(TinyRun.json("score", own.toString(), "--json").has("images")).isTrue();
    run("report", own.toString());

    TinyRun pooled =
        TinyRun.trainOn(
            photos, folder, "pooled", "--skip-bad", "--split", "seeded", "--val-fraction", "0");
    assertThat(table(pooled, "metrics.csv").texts("train_images")).containsExactly("31");
    assertThat(pooled.path().resolve("checkpoints/best.safetensors"))
        .hasSameBinaryContentAs(pooled.path().resolve("checkpoints/final.safetensors"));
  }

  @Test
  void saysWhereNothingIsLeftToEvaluateOn() throws IOException {
    Path photos = folder.resolve("photos");
    Photos.write(photos, 0, 8);
    TinyRun own = train(photos, "--val-fraction", "0");
    String run = own.toString();
    assertRefused(TinyRun.run("eval", run), "no test images", "held none out", "--split train");
    assertRefused(TinyRun.run("eval", run, "--split", "val"), "--val-fraction 0", "--split train");
    assertRefused(TinyRun.run("skip", run, "--calibrate"), "no test images", "held none out");
    assertRefused(
        TinyRun.run("skip", run, "--calibrate", "--split", "train"),
        "without test images too",
        "--threshold");
    assertThat(TinyRun.json("eval", run, "--split", "train", "--json").get("images").intValue())
        .isEqualTo(8);
    assertThat(Files.readString(own.path().resolve("train.log")))
        .contains("best is the network after the last epoch");
  }

  @Test
  void otherFoldersAreShownAtTheSizeOfTheNetwork() throws IOException {
    Path photos = folder.resolve("photos");
    Photos.write(photos, 0, 12);
    TinyRun own = train(photos, "--image-size", "24", "--resize", "pad");

    Path others = folder.resolve("others");
    Photos.write(others, 12, 10);
    JsonNode all = TinyRun.json("eval", own.toString(), "--dataset", "folder:" + others, "--json");
    assertThat(all.get("images").intValue()).as("no test images: all").isEqualTo(10);
    assertThat(all.get("split").textValue()).isEqualTo("test");

    Path tested = folder.resolve("tested");
    Photos.write(tested.resolve("train"), 0, 2);
    Photos.write(tested.resolve("test"), 12, 10);
    JsonNode test = TinyRun.json("eval", own.toString(), "--dataset", "folder:" + tested, "--json");
    assertThat(test.get("images").intValue()).isEqualTo(10);
    assertThat(test.get("accuracy")).isEqualTo(all.get("accuracy"));
    assertThat(test.get("loss")).isEqualTo(all.get("loss"));

    Path gates = folder.resolve("gates.csv");
    run("eval", own.toString(), "--dataset", "folder:" + tested, "--dump-gates", gates.toString());
    double[] entropies = CsvTable.read(gates).numbers("entropy");
    JsonNode predicted =
        TinyRun.json("predict", own.toString(), tested.resolve("test").toString(), "--json")
            .get("predictions");
    assertThat(predicted).hasSize(10);
    for (int i = 0; i < entropies.length; i++) {
      assertThat(predicted.get(i).get("entropy").doubleValue())
          .as("the image that eval saw")
          .isCloseTo(entropies[i], within(1e-4));
    }
    Path photo = tested.resolve("test/cat/photo 12.png");
    JsonNode ofFile = TinyRun.json("predict", own.toString(), photo.toString(), "--json");
    try (SkippingClassifier classifier = SkippingClassifier.open(own.path(), 1)) {
      assertThat(classifier.height()).isEqualTo(24);
      assertThat(classifier.classify(ImageIO.read(photo.toFile())).probability())
          .isCloseTo(
              ofFile.get("predictions").get(0).get("probability").doubleValue(), within(1e-4));
    }
  }

  @Test
  void takesTheSizeOfTheBaselineUnlessGiven() throws IOException {
    Path photos = folder.resolve("photos");
    Photos.write(photos, 0, 12);
    TinyRun baseline =
        TinyRun.trainOn(photos, folder, "plain", "--gate", "none", "--image-size", "24");
    TinyRun gated = TinyRun.trainOn(photos, folder, "gated", "--init", "baseline:" + baseline);
    TinyRun other =
        TinyRun.trainOn(
            photos, folder, "other", "--init", "baseline:" + baseline, "--image-size", "28x20");
    TinyRun alone = TinyRun.trainOn(photos, folder, "alone");
    assertThat(imageSize(gated)).isEqualTo("24");
    assertThat(imageSize(other)).isEqualTo("28x20");
    assertThat(imageSize(alone)).isEqualTo("32");
    assertThat(gated.summary().get("data_sha256")).isEqualTo(baseline.summary().get("data_sha256"));
  }

  @Test
  void tenImagesOfTwoClassesTrain() throws IOException {
    Path photos = folder.resolve("photos");
    Photos.write(photos, 0, 10);
    TinyRun own = train(photos);
    assertThat(table(own, "metrics.csv").texts("train_images")).containsExactly("9");
    assertThat(Files.readString(own.path().resolve("train.log")))
        .contains("1 of 2 classes have no image to validate on");
    assertThat(TinyRun.json("score", own.toString(), "--json").has("images")).isTrue();
    run("report", own.toString());
  }

  private static String imageSize(TinyRun run) {
    return RunConfig.read(run.path().resolve("config.yaml")).data().imageSize();
  }
}
