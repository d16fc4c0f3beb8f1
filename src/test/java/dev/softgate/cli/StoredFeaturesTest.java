package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.softgate.data.TestImages;
import dev.softgate.interop.MatrixWriter;
import dev.softgate.interop.Safetensors;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code score} and {@code data check} with the features of a file. */
class StoredFeaturesTest {

  private static final int EACH = 24;

  @TempDir static Path folder;

  private static Path photos;
  private static Path features;

  @BeforeAll
  static void paint() throws IOException {
    photos = folder.resolve("photos");
    Random random = new Random(5);
    for (int i = 0; i < 2 * EACH; i++) {
      Path file = photos.resolve((i < EACH ? "dark/%02d.png" : "light/%02d.png").formatted(i));
      BufferedImage image = new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB);
      int base = (i < EACH) == (i != 3) ? 0 : 150; // the fourth is light
      for (int at = 0; at < 48; at++) {
        int gray = base + random.nextInt(100);
        image.setRGB(at % 8, at / 8, gray << 16 | random.nextInt(256) << 8 | gray);
      }
      Files.createDirectories(file.getParent());
      TestImages.write(image, file);
    }
    features = folder.resolve("features.safetensors");
    write(features, "--resize=views", "--mirrored");
  }

  private static void write(Path out, String... options) {
    List<String> words = new ArrayList<>(List.of("features", "built-in", "--threads=1"));
    words.addAll(List.of("--dataset=folder:" + photos, "--out=" + out));
    words.addAll(List.of(options));
    CommandRun run = TinyRun.run(words.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.toString()).isZero();
  }

  private static CommandRun score(String out, Path from, String... options) {
    List<String> words = new ArrayList<>(List.of("score", "--threads=1", "--cache-dir=none"));
    words.addAll(List.of("--dataset=folder:" + photos, "--out=" + folder.resolve(out), "--json"));
    words.addAll(List.of("--features=" + from));
    words.addAll(List.of(options));
    return TinyRun.run(words.toArray(String[]::new));
  }

  private static JsonNode scored(String out, Path from) throws IOException {
    CommandRun run = score(out, from);
    assertThat(run.exitCode()).as(run.toString()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  private static String table(String out, String name) throws IOException {
    return Files.readString(folder.resolve(out).resolve(name));
  }

  private static JsonNode check(Path from) throws IOException {
    CommandRun run =
        TinyRun.run("data", "check", photos.toString(), "--json", "--features", from.toString());
    assertThat(run.exitCode()).as(run.toString()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void scoresOfTheFileAreThoseOfTheNetwork() throws IOException {
    JsonNode network = scored("by-network", Path.of("built-in"));
    JsonNode file = scored("by-file", features);

    for (String name : List.of("scores.csv", "suspects.csv", "neighbors.csv")) {
      assertThat(table("by-file", name)).isEqualTo(table("by-network", name));
    }
    assertThat(file.get("features").get("network").textValue()).isEqualTo(features.toString());
    for (String same : List.of("dimensions", "views", "saw_images", "engine", "precision")) {
      assertThat(file.get("features").get(same)).isEqualTo(network.get("features").get(same));
    }
    assertThat(file.get("dataset_sha256")).isEqualTo(network.get("dataset_sha256"));
  }

  @Test
  void refusesSettingsOfAComputationThatIsDone() {
    assertRefused(score("refused", features, "--resize=crop"), "resized by views");
    assertRefused(score("refused", features, "--precision=fp32"), "computed already");
    assertRefused(score("refused", features, "--resamples=9"), "requires a run");
    assertRefused(score("refused", features, "--rewind-images=9"), "requires a run");
    assertThat(score("same", features, "--resize=views").exitCode()).isZero();
  }

  @Test
  void tellsSettingsWithoutEffect() {
    String told = "--data-dir has no effect: only cifar10 and cifar100 have it";
    try (LogCapture log = new LogCapture()) {
      TinyRun.run("data", "check", photos.toString(), "--data-dir=elsewhere");
      assertThat(log.messages()).contains(told);
    }
    try (LogCapture log = new LogCapture()) {
      score("told", features, "--data-dir=elsewhere");
      assertThat(log.messages()).contains(told);
    }
  }

  @Test
  void checkFindsTheSameNeighborsByAFile() throws IOException {
    Path plain = folder.resolve("plain.safetensors");
    write(plain, "--mirrored"); // as data check computes them
    assertThat(check(plain)).isEqualTo(check(Path.of("built-in")));
  }

  @Test
  void matrixOfAnotherProgramIsInTheOrderOfTheSetOrNamed() throws IOException {
    float[] values = Safetensors.readSealed(features).tensor("features").toFloats();
    int columns = values.length / (2 * EACH);
    Path matrix = folder.resolve("other.npy");
    MatrixWriter.numpy(
        matrix,
        columns,
        rows -> {
          rows.add(values, 2 * EACH);
          return "";
        });
    JsonNode inOrder = scored("in-order", matrix);
    assertThat(inOrder.get("features").get("dimensions").intValue()).isEqualTo(columns);
    assertThat(inOrder.get("features").get("engine").isNull()).isTrue();

    List<String> names = new ArrayList<>(List.of("file"));
    MatrixWriter.numpy(
        matrix,
        columns,
        rows -> {
          for (int row = 2 * EACH - 1; row >= 0; row--) {
            float[] one = new float[columns];
            System.arraycopy(values, row * columns, one, 0, columns);
            rows.add(one, 1);
            names.add((row < EACH ? "dark/%02d.png" : "light/%02d.png").formatted(row));
          }
          return "";
        });
    Path table = Files.write(folder.resolve("other.csv"), names);
    scored("named", matrix);
    assertThat(table("named", "scores.csv")).isEqualTo(table("in-order", "scores.csv"));

    Files.write(table, names.subList(0, 9));
    assertRefused(score("named", matrix), "other.npy has 48 rows, but ", "other.csv has 8");
    names.set(1, "dark/gone.png");
    Files.write(table, names);
    assertRefused(score("named", matrix), "other.csv lacks ", "47.png");
    Files.delete(table);
    MatrixWriter.numpy(
        matrix,
        1,
        rows -> {
          rows.add(new float[47], 47);
          return "";
        });
    assertRefused(score("named", matrix), "other.npy has 47 rows, but there are 48 images");
    MatrixWriter.numpy(
        matrix,
        1,
        rows -> {
          float[] ones = new float[48];
          ones[47] = Float.NaN;
          rows.add(ones, 48);
          return "";
        });
    assertRefused(score("named", matrix), "a feature of ", "47.png is NaN");
  }

  @Test
  void refusesFeaturesOfOtherImages() throws IOException {
    Path changed = photos.resolve("light/40.png");
    byte[] before = Files.readAllBytes(changed);
    Files.write(changed, Files.readAllBytes(photos.resolve("light/41.png")));
    try {
      assertRefused(
          score("refused", features),
          "features.safetensors has features of another image in place of ",
          "40.png");
    } finally {
      Files.write(changed, before);
    }
    Path moved = photos.resolve("light/a-new-name.png");
    Files.move(changed, moved);
    try {
      assertRefused(score("refused", features), "has ", "40.png where the set has ", "41.png");
    } finally {
      Files.move(moved, changed);
    }
    Path few = folder.resolve("few.safetensors");
    write(few, "--limit=20");
    assertRefused(score("refused", few), "few.safetensors lacks ", "20.png");
    assertRefused(score("refused", features, "--shard", "0/2"), "omit --shard and --collect");
    assertRefused(score("refused", features, "--collect"), "has no features of shards");
    byte[] bytes = Files.readAllBytes(few);
    bytes[bytes.length - 1] ^= 1;
    Files.write(few, bytes);
    assertRefused(score("refused", few), "few.safetensors does not match its own checksum");
    Path text = Files.writeString(folder.resolve("text.npy"), "no matrix");
    assertRefused(score("refused", text), "text.npy does not begin as a .npy file");
  }
}
