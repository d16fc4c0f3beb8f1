package dev.softgate.serving;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.ImageFiles;
import dev.softgate.data.ImageSet;
import dev.softgate.data.SyntheticDataset;
import dev.softgate.evaluation.SkipBlend;
import dev.softgate.evaluation.SkipSetting;
import dev.softgate.run.Experiment;
import dev.softgate.run.TrainRequest;
import dev.softgate.training.Checkpoint;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SkippingClassifierTest {

  private static final ImageSet IMAGES = SyntheticDataset.generate(1).dataset().test();
  private static final int PIXELS = IMAGES.pixels(0).length;

  @TempDir static Path folder;

  private static Path run;

  @BeforeAll
  static void train() {
    run = ServedRun.train(folder);
    Path file = run.resolve("checkpoints").resolve("final.safetensors");
    Checkpoint trained = Checkpoint.read(file);
    double threshold = 0.9;
    trained.withSkipping(new SkipSetting(List.of(threshold), SkipBlend.HARD)).write(file);
  }

  private static byte[] nhwc(int first, int count) {
    byte[] pixels = new byte[count * PIXELS];
    for (int i = 0; i < count; i++) {
      byte[] planes = IMAGES.pixels(first + i);
      for (int from = 0; from < PIXELS; from++) {
        int plane = PIXELS / 3;
        pixels[i * PIXELS + from % plane * 3 + from / plane] = planes[from];
      }
    }
    return pixels;
  }

  private static BufferedImage picture(int id) {
    return ImageFiles.picture(IMAGES, id);
  }

  private static void assertSame(Classification one, Classification other) {
    assertThat(one.classId()).isEqualTo(other.classId());
    assertThat(one.label()).isEqualTo(other.label());
    assertThat(one.probability()).isCloseTo(other.probability(), within(1e-4));
    assertThat(one.skippedStages()).isEqualTo(other.skippedStages());
    assertThat(one.depthUsed()).isEqualTo(other.depthUsed());
  }

  // docs/guides/serve.md quotes this method
  static List<String> labels(Path run, BufferedImage photo, byte[] pixels, int count) {
    try (SkippingClassifier classifier = SkippingClassifier.open(run)) {
      Classification one = classifier.classify(photo);
      List<Classification> many = classifier.classify(pixels, count);
      String first = one.label() + " through " + one.depthUsed() + " layers";
      return List.of(first, many.stream().map(Classification::label).toList().toString());
    }
  }

  @Test
  void decodesFilesFromTheirBytes() throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(picture(4), "png", png);
    Path name = Path.of("bucket/photo.png"); // no such file
    try (SkippingClassifier classifier = SkippingClassifier.open(run)) {
      assertThat(classifier.decode(name, png.toByteArray())).isEqualTo(nhwc(4, 1));
      assertThatThrownBy(() -> classifier.decode(name, new byte[0]))
          .isInstanceOf(BadInputException.class)
          .hasMessageStartingWith("bucket/photo.png is empty");
      assertThatThrownBy(() -> classifier.decode(name, "no image".getBytes(UTF_8)))
          .isInstanceOf(BadInputException.class)
          .hasMessageStartingWith("bucket/photo.png is not an image");
    }
  }

  @Test
  void documentedExampleIsThisTest() throws IOException {
    assertThat(labels(run, picture(0), nhwc(0, 3), 3).get(0)).contains(" through ");
    String source =
        Files.readString(Path.of("src/test/java/dev/softgate/serving/SkippingClassifierTest.java"));
    String method =
        source.substring(
            source.indexOf("  static List<String> labels("), source.indexOf("  @Test"));
    String example =
        method.strip().lines().map(String::stripTrailing).collect(Collectors.joining("\n"));
    assertThat(Files.readString(Path.of("docs/guides/serve.md")).lines().map(String::strip))
        .containsSubsequence(example.lines().map(String::strip).toList());
  }

  @Test
  void pictureBatchAndImagePredictTheSame() {
    try (SkippingClassifier classifier = SkippingClassifier.open(run)) {
      List<Classification> many = classifier.classify(nhwc(0, 150), 150);
      assertThat(many).hasSize(150);
      for (int i : new int[] {0, 1, 2, 127, 128, 149}) {
        assertSame(classifier.classify(nhwc(i, 1), 1).get(0), many.get(i));
        assertSame(classifier.classify(picture(i)), many.get(i));
      }
      for (Classification each : many) {
        assertThat(each.hardness()).isBetween(0.0, 1.0);
        assertThat(each.probability()).isBetween(0.1, 1.0);
        assertThat(classifier.classNames().get(each.classId())).isEqualTo(each.label());
        assertThat(each.depthUsed()).isEqualTo(each.skippedStages().isEmpty() ? 20 : 18);
      }
    }
  }

  @Test
  void isThreadSafe() throws Exception {
    try (SkippingClassifier classifier = SkippingClassifier.open(run)) {
      List<Classification> expected = classifier.classify(nhwc(0, 12), 12);
      ExecutorService threads = Executors.newFixedThreadPool(4);
      List<Future<Classification>> answers = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        byte[] pixels = nhwc(i, 1);
        answers.add(threads.submit(() -> classifier.classify(pixels, 1).get(0)));
      }
      for (int i = 0; i < 12; i++) {
        assertSame(answers.get(i).get(), expected.get(i));
      }
      threads.shutdown();
    }
  }

  @Test
  void usesTheRequestedThreads() {
    byte[] pixels = nhwc(0, 5);
    try (SkippingClassifier all = SkippingClassifier.open(run);
        SkippingClassifier one = SkippingClassifier.open(run, 1)) {
      List<Classification> wanted = all.classify(pixels, 5);
      List<Classification> given = one.classify(pixels, 5);
      for (int i = 0; i < 5; i++) {
        assertSame(given.get(i), wanted.get(i));
      }
    }
    assertThatThrownBy(() -> SkippingClassifier.open(run, -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SkippingClassifier.open(run, Integer.MAX_VALUE))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("threads");
  }

  @Test
  void rejectsMismatchedSizes() {
    SkippingClassifier classifier = SkippingClassifier.open(run);
    byte[] one = nhwc(0, 1);
    assertThat(classifier.classify(new byte[0], 0)).isEmpty();
    for (int count : new int[] {0, -1, 2, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> classifier.classify(one, count))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> classifier.classify(Arrays.copyOf(one, one.length - 1), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3071 bytes for 1 images of 32×32×3");
    classifier.close();
    classifier.close();
    assertThatThrownBy(() -> classifier.classify(one, 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> SkippingClassifier.open(folder.resolve("absent")))
        .isInstanceOf(BadInputException.class);
  }

  /** A run that was really trained. */
  private static final class ServedRun {
    static Path train(Path folder) {
      RunConfig config =
          RunConfig.defaults()
              .with(
                  Map.of(
                      "dataset", "synthetic",
                      "limit-train", "64",
                      "limit-test", "20",
                      "depth", "20",
                      "gate-after", "2", // one unit is left to skip
                      "epochs", "1",
                      "threads", "1",
                      "runs-dir", folder.resolve("runs").toString(),
                      "name", "served"));
      TrainRequest request = new TrainRequest(config, null, List.of(), () -> false, "a test");
      return Experiment.run(request, DownloadListener.NONE).run();
    }
  }
}
