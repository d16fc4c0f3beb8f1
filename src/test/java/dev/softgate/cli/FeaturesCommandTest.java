package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.softgate.data.TestImages;
import dev.softgate.interop.MatrixFile;
import dev.softgate.interop.Safetensors;
import dev.softgate.run.FeatureNetwork;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code features} on 300 images, which are three blocks; one file is no image. */
class FeaturesCommandTest {

  private static final int IMAGES = 300;
  private static final String BROKEN = "dark/007.png";

  @TempDir static Path folder;

  private static Path photos;

  @BeforeAll
  static void paint() throws IOException {
    photos = folder.resolve("photos");
    Random random = new Random(3);
    for (int i = 0; i < IMAGES; i++) {
      String name = (i < IMAGES / 2 ? "dark/%03d.png" : "light/%03d.png").formatted(i);
      BufferedImage image = new BufferedImage(6 + i % 3, 6, BufferedImage.TYPE_INT_RGB);
      for (int at = 0; at < 36; at++) {
        image.setRGB(at % 6, at / 6, random.nextInt(1 << 24));
      }
      Files.createDirectories(photos.resolve(name).getParent());
      TestImages.write(image, photos.resolve(name));
    }
    Files.writeString(photos.resolve(BROKEN), "no image");
  }

  private static CommandRun features(Path out, String... options) {
    List<String> arguments = new ArrayList<>(List.of("features", "built-in", "--threads", "1"));
    arguments.addAll(List.of("--dataset", "folder:" + photos, "--out", out.toString()));
    arguments.addAll(List.of(options));
    return TinyRun.run(arguments.toArray(String[]::new));
  }

  private static CommandRun done(Path out, String... options) {
    CommandRun run = features(out, options);
    assertThat(run.exitCode()).as(run.toString()).isZero();
    return run;
  }

  private static float[] values(Path file) {
    return Safetensors.readSealed(file).tensor("features").toFloats();
  }

  @Test
  void writesARowForEachImageInTheOrderOfTheSet() throws IOException {
    Path out = folder.resolve("all.safetensors");
    JsonNode said = new ObjectMapper().readTree(done(out, "--skip-bad", "--json").out());

    assertThat(said.get("images").intValue()).isEqualTo(IMAGES - 1);
    assertThat(said.get("dimensions").intValue()).isEqualTo(192);
    assertThat(said.get("unreadable").intValue()).isEqualTo(1);
    Safetensors.Contents contents = Safetensors.readSealed(out);
    assertThat(contents.tensor("features").shape()).containsExactly(IMAGES - 1, 192);
    long[] labels = contents.tensor("labels").toLongs();
    assertThat(Arrays.stream(labels).sum()).isEqualTo(IMAGES / 2);
    assertThat(labels[IMAGES / 2 - 2]).isZero();
    assertThat(contents.tensor("ids").toLongs()).startsWith(0, 1, 2, 3, 4, 5, 6, 8);
    byte[] files = new byte[Math.toIntExact(contents.tensor("files").elements())];
    contents.tensor("files").data().get(files);
    assertThat(new String(files, StandardCharsets.UTF_8).split("\0"))
        .hasSize(IMAGES - 1)
        .startsWith("dark/000.png")
        .endsWith("light/299.png");
    assertThat(contents.metadata())
        .containsEntry("class_names", "[\"dark\",\"light\"]")
        .containsEntry("image_size", "32")
        .containsEntry("normalization", "0.5071,0.4867,0.4408/0.2675,0.2565,0.2761")
        .containsEntry("network_sha256", said.get("network_sha256").textValue())
        .containsEntry("unreadable", "1");
  }

  @Test
  void numpyFileHasTheSameRowsAndATableBeside() throws IOException {
    Path safetensors = folder.resolve("same.safetensors");
    Path numpy = folder.resolve("same.npy");
    done(safetensors, "--skip-bad", "--limit", "140");
    CommandRun run = done(numpy, "--skip-bad", "--limit", "140");

    float[] expected = values(safetensors);
    float[] found = new float[expected.length];
    try (MatrixFile matrix = MatrixFile.open(numpy, null)) {
      assertThat(matrix.rows()).isEqualTo(139);
      matrix.read(0, 139, found);
    }
    assertThat(found).isEqualTo(expected);
    assertThat(Files.readAllLines(folder.resolve("same.csv")))
        .hasSize(140)
        .startsWith("file,split,label,class", "dark/000.png,train,0,dark");
    assertThat(run.out())
        .isEqualTo("139 images, 192 features each, without 1 unreadable files: %s%n", numpy);
  }

  @ParameterizedTest
  @ValueSource(strings = {"libtorch", "onednn"})
  void featuresOfViewsAndMirrorImagesAreThoseThatScoreUses(String engine) throws IOException {
    Path few = folder.resolve("few-" + engine);
    for (String name : List.of("dark/001.png", "dark/002.png", "light/298.png", "light/299.png")) {
      Files.createDirectories(few.resolve(name).getParent());
      Files.copy(photos.resolve(name), few.resolve(name));
    }
    Path out = folder.resolve(engine + ".safetensors");
    String[] common = {
      "--threads=1", "--dataset=folder:" + few, "--engine=" + engine, "--precision=fp32", "--json"
    };
    TinyRun.json(
        words(common, "features", "built-in", "--resize=views", "--mirrored", "--out=" + out));
    Path scores = folder.resolve("scores-" + engine);
    TinyRun.json(words(common, "score", "--cache-dir=none", "--shard=0/1", "--out=" + scores));

    assertThat(values(out))
        .hasSize(4 * 2 * 192)
        .isEqualTo(values(scores.resolve("shards/features-0-of-1.safetensors")));
  }

  private static String[] words(String[] common, String... own) {
    return Stream.concat(Arrays.stream(own), Arrays.stream(common)).toArray(String[]::new);
  }

  @Test
  void bothEnginesComputeTheSameFeatures() {
    Path torch = folder.resolve("torch.safetensors");
    Path fast = folder.resolve("fast.safetensors");
    done(torch, "--limit=7", "--precision=fp32", "--engine=libtorch");
    done(fast, "--limit=7", "--precision=fp32", "--engine=onednn");
    float[] expected = values(torch);
    float[] found = values(fast);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], Offset.offset(1e-4f));
    }
  }

  @Test
  void collectedShardsHaveTheBytesOfTheWhole() throws IOException {
    Path out = folder.resolve("out/whole.safetensors");
    Files.createDirectories(out.getParent());
    done(out, "--skip-bad");
    byte[] whole = Files.readAllBytes(out);
    Files.delete(out);
    Path killed = folder.resolve("out/shards/" + left("whole-1-of-2.safetensors"));
    Files.createDirectories(killed.getParent());
    Files.writeString(killed, "half of a shard whose process was killed");

    CommandRun first = done(out, "--skip-bad", "--shard", "0/2");
    assertThat(first.out()).startsWith("shard 0/2: 171 images and 1 unreadable files, in ");
    assertRefused(features(out, "--skip-bad", "--collect"), "lacks the shards 1/2");
    done(out, "--skip-bad", "--shard", "1/2");
    assertThat(killed).doesNotExist();
    done(out, "--skip-bad", "--collect");

    assertThat(Files.readAllBytes(out)).isEqualTo(whole);
    Path numpy = folder.resolve("out/whole.npy");
    done(numpy, "--skip-bad", "--collect");
    assertThat(Files.readAllLines(folder.resolve("out/whole.csv"))).hasSize(IMAGES);

    assertRefused(
        features(out, "--skip-bad", "--mirrored", "--collect"), "mirrored differs: false in ");
    Path last = photos.resolve("light/299.png");
    byte[] removed = Files.readAllBytes(last);
    Files.delete(last);
    assertRefused(features(out, "--skip-bad", "--collect"), "list_sha256 differs");
    Files.write(last, removed);
    Path shard = folder.resolve("out/shards/whole-1-of-2.safetensors");
    byte[] bytes = Files.readAllBytes(shard);
    bytes[bytes.length / 2] ^= 1;
    Files.write(shard, bytes);
    assertRefused(features(out, "--skip-bad", "--collect"), shard + " does not match its own");
  }

  @Test
  void stagesLieSideBySide() throws IOException {
    Path last = folder.resolve("last.safetensors");
    Path two = folder.resolve("two.safetensors");
    done(last, "--limit", "5");
    JsonNode said =
        new ObjectMapper().readTree(done(two, "--limit", "5", "--stage", "3,1", "--json").out());
    assertThat(said.get("dimensions").intValue()).isEqualTo(192 + 48);
    assertThat(said.get("stages")).hasToString("[3,1]");
    assertThat(Safetensors.readSealed(two).metadata())
        .containsEntry("stages", "3,1")
        .containsEntry("stage_dimensions", "192,48");
    float[] expected = values(last);
    float[] found = values(two);
    for (int image = 0; image < 5; image++) {
      assertThat(Arrays.copyOfRange(found, 240 * image, 240 * image + 192))
          .isEqualTo(Arrays.copyOfRange(expected, 192 * image, 192 * image + 192));
    }
    Path three = folder.resolve("three.safetensors");
    done(three, "--limit", "5", "--stage", "3");
    assertThat(values(three)).isEqualTo(expected);
    assertRefused(features(two, "--stage", "4"), "--stage 4: built-in has the stages 1 to 3");
    assertRefused(features(two, "--stage", "1,1"), "--stage 1,1: ");
    assertRefused(features(two, "--stage", "first"), "--stage: must be last, or numbers");
  }

  private static String left(String target) {
    return "." + target + ".00000000-0000-0000-0000-000000000000.tmp";
  }

  @Test
  void setsWithoutFilesHaveIndices() throws IOException {
    Path out = folder.resolve("synthetic.npy");
    CommandRun run =
        TinyRun.run(
            "features",
            "built-in",
            "--dataset=synthetic",
            "--split=test",
            "--limit=3",
            "--out=" + out);
    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(Files.readAllLines(folder.resolve("synthetic.csv")))
        .hasSize(4)
        .startsWith("index,split,label,class")
        .element(2)
        .asString()
        .startsWith("1,test,");
  }

  @Test
  void refusesWhatCannotBe() throws IOException {
    Path out = folder.resolve("refused.safetensors");
    assertRefused(features(out), BROKEN, "leave it out with --skip-bad");
    assertThat(out).doesNotExist();
    assertRefused(features(folder.resolve("refused.csv")), "--out ", "refused.csv: a file that");
    assertRefused(features(folder.resolve("gone/a.npy")), "folder ", "gone does not exist");
    assertRefused(features(out, "--limit", "0"), "--limit: must be at least 1, found 0");
    assertRefused(features(out, "--split", "test"), "--split test: ", "has no such images");
    assertRefused(features(out, "--split", "tests"), "--split: must be one of train, val, test");
    assertRefused(features(out, "--collect"), "has no features of shards");
    assertRefused(
        TinyRun.run("features", "built-in", "--out", out.toString()), "--dataset is miss");
    Path network = folder.resolve("network.safetensors");
    Files.write(
        network,
        requireNonNull(FeatureNetwork.class.getResourceAsStream("built-in-features.safetensors"))
            .readAllBytes());
    assertRefused(features(network), "network.safetensors exists and has no features");
    Path text = Files.writeString(folder.resolve("text.npy"), "my notes");
    assertRefused(features(text), "text.npy exists and is no .npy file");
  }
}
