package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code score} of a set by shards: 300 images are three blocks, the last one short. */
class ScoreShardsTest {

  private static final int IMAGES = 300;
  private static final List<String> CLASSES = List.of("dark", "light");

  @TempDir static Path folder;

  private static Path photos;

  @BeforeAll
  static void paint() throws IOException {
    photos = folder.resolve("photos");
    Random random = new Random(3);
    for (int i = 0; i < IMAGES; i++) {
      Path file = photos.resolve(CLASSES.get(2 * i / IMAGES)).resolve("%03d.png".formatted(i));
      Files.createDirectories(file.getParent());
      BufferedImage image = new BufferedImage(6, 6, BufferedImage.TYPE_INT_RGB);
      for (int at = 0; at < 36; at++) {
        int gray = random.nextInt(128) + (2 * i / IMAGES) * 100;
        image.setRGB(at % 6, at / 6, gray << 16 | random.nextInt(200) << 8 | gray);
      }
      ImageIO.write(image, "png", file.toFile());
    }
    Files.writeString(photos.resolve("dark/007.png"), "no image");
  }

  private static CommandRun score(Path out, String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("score", "--dataset", "folder:" + photos, "--threads", "1"));
    arguments.addAll(List.of("--cache-dir", "none", "--out", out.toString()));
    arguments.addAll(List.of(options));
    return TinyRun.run(arguments.toArray(String[]::new));
  }

  private static void scored(Path out, String... options) {
    CommandRun run = score(out, options);
    assertThat(run.exitCode()).as(run.toString()).isZero();
  }

  /** The results in a folder, by name. */
  private static Map<String, String> results(Path out) throws IOException {
    try (Stream<Path> files = Files.list(out)) {
      return files
          .filter(Files::isRegularFile)
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString(),
                  ScoreShardsTest::read,
                  (a, b) -> a,
                  TreeMap::new));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void collectedShardsHaveTheBytesOfTheWhole() throws IOException {
    Path labels = Files.writeString(folder.resolve("labels.csv"), "file,given\ndark/100.png,\n");
    Path out = folder.resolve("out");
    String[] common = {"--skip-bad", "--labels", labels.toString()};
    CommandRun whole = score(out, common);
    Map<String, String> expected = results(out);
    for (String name : expected.keySet()) {
      Files.delete(out.resolve(name));
    }

    for (String shard : List.of("1/2", "0/2")) {
      scored(out, "--skip-bad", "--shard", shard);
    }
    assertThat(results(out)).isEmpty();
    CommandRun collected = score(out, "--skip-bad", "--labels", labels.toString(), "--collect");

    assertThat(collected).isEqualTo(whole);
    assertThat(results(out)).isEqualTo(expected);
    assertThat(expected).containsKeys("scores.csv", "scores.json", "suspects.csv", "neighbors.csv");
    assertThat(requireNonNull(expected.get("scores.csv")).lines()).hasSize(1 + IMAGES - 2);
  }

  @Test
  void readsOnlyTheFilesOfItsShard() throws IOException {
    Path out = folder.resolve("share");
    assertRefused(score(out, "--shard", "0/3"), "007.png");
    CommandRun second = score(out, "--shard", "1/3", "--json");
    JsonNode said = new ObjectMapper().readTree(second.out());
    assertThat(said.get("images").intValue()).isEqualTo(128);
    assertThat(said.get("shard").textValue()).isEqualTo("1/3");
    assertThat(Path.of(said.get("file").textValue())).exists();
    assertThat(score(out, "--shard", "3/4").out()).startsWith("shard 3/4: 0 images");
  }

  @Test
  void refusesShardsThatDoNotBelongTogether() throws IOException {
    Path out = folder.resolve("mixed");
    assertRefused(score(out, "--skip-bad", "--collect"), "has no features of shards");
    scored(out, "--skip-bad", "--shard", "2/3");
    assertRefused(score(out, "--skip-bad", "--collect"), "lacks the shards 0/3, 1/3");
    scored(out, "--skip-bad", "--shard", "0/3");
    scored(out, "--skip-bad", "--shard", "1/3", "--resize", "squash");
    assertRefused(
        score(out, "--skip-bad", "--collect"),
        "--resize differs: squash in ",
        "features-1-of-3.safetensors, views in this command");
    scored(out, "--skip-bad", "--shard", "1/3");
    Path changed = photos.resolve("light/200.png");
    byte[] before = Files.readAllBytes(changed);
    Files.copy(photos.resolve("light/201.png"), changed, StandardCopyOption.REPLACE_EXISTING);
    assertRefused(
        score(out, "--skip-bad", "--collect"),
        "features-1-of-3.safetensors has features of another image in place of ",
        "200.png");
    Files.write(changed, before);
    Path last = photos.resolve("light/299.png");
    byte[] removed = Files.readAllBytes(last);
    Files.delete(last);
    assertRefused(
        score(out, "--skip-bad", "--collect"), "44 images, but its share of the set is 43");
    Files.write(last, removed);
    scored(out, "--skip-bad", "--shard", "0/2");
    assertRefused(score(out, "--skip-bad", "--collect"), "features of 2 and of 3 shards");
    Path damaged = out.resolve("shards/features-0-of-3.safetensors");
    Files.delete(out.resolve("shards/features-0-of-2.safetensors"));
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length - 1] ^= 1;
    Files.write(damaged, bytes);
    assertRefused(score(out, "--skip-bad", "--collect"), damaged + " does not match its own");
  }

  @Test
  void refusesWrongOptions() {
    Path out = folder.resolve("wrong");
    assertRefused(score(out, "--shard", "2/2"), "--shard: must be i/n with i from 0 to n - 1");
    assertRefused(score(out, "--shards", "2"), "--shards 2: neither JOB_COMPLETION_INDEX nor");
    assertRefused(score(out, "--shard", "0/2", "--collect"), "--collect: joins all shards");
    assertRefused(
        TinyRun.run("score", "runs/a", "--shard", "0/2"), "--shard: is of scores without a run");
  }
}
