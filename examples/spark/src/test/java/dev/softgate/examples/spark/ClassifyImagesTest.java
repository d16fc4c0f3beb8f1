package dev.softgate.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.run.FeatureNetwork;
import dev.softgate.serving.Classification;
import dev.softgate.serving.SkippingClassifier;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images on Spark get the predictions of a plain loop, in one virtual machine and in three. */
class ClassifyImagesTest {

  private static final int IMAGES = 140;
  private static final String JAVACPP =
      "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dorg.bytedeco.javacpp.maxBytes=0";

  @TempDir static Path folder;

  private static Path checkpoint;
  private static Path photos;
  private static final Map<String, Classification> expected = new HashMap<>();

  @BeforeAll
  static void paintAndClassify() throws IOException {
    checkpoint = folder.resolve("network.safetensors");
    try (InputStream network =
        Objects.requireNonNull(
            FeatureNetwork.class.getResourceAsStream("built-in-features.safetensors"))) {
      Files.copy(network, checkpoint);
    }
    photos = folder.resolve("photos");
    Random random = new Random(5);
    try (SkippingClassifier classifier = SkippingClassifier.open(checkpoint)) {
      for (int i = 0; i < IMAGES; i++) {
        Path file =
            photos
                .resolve("part " + i % 3)
                .resolve("photo %03d%s".formatted(i, i % 2 == 0 ? ".png" : ".JPG"));
        Files.createDirectories(file.getParent());
        ImageIO.write(photo(random), i % 2 == 0 ? "png" : "jpg", file.toFile());
        byte[] pixels = classifier.decode(file, Files.readAllBytes(file));
        expected.put(file.toString(), classifier.classify(pixels, 1).get(0));
      }
    }
    Files.writeString(photos.resolve("broken.png"), "no image");
    Files.writeString(photos.resolve("notes.txt"), "not read");
  }

  private static BufferedImage photo(Random random) {
    BufferedImage image =
        new BufferedImage(
            40 + random.nextInt(60), 40 + random.nextInt(60), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    for (int shape = 0; shape < 6; shape++) {
      graphics.setColor(new Color(random.nextInt(1 << 24)));
      int x = random.nextInt(50);
      int y = random.nextInt(50);
      if (random.nextBoolean()) {
        graphics.fillOval(x, y, 10 + random.nextInt(40), 10 + random.nextInt(40));
      } else {
        graphics.fillRect(x, y, 10 + random.nextInt(40), 10 + random.nextInt(40));
      }
    }
    graphics.dispose();
    return image;
  }

  private static SparkSession session(String master) {
    Path target = Path.of("target").toAbsolutePath();
    return SparkSession.builder()
        .master(master)
        .appName("test")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.files.maxPartitionBytes", 1 << 20)
        .config(
            "spark.executor.extraClassPath",
            "%1$s/classes:%1$s/test-classes:%1$s/lib/*".formatted(target))
        .config("spark.executor.extraJavaOptions", JAVACPP)
        .getOrCreate();
  }

  private static void assertClassified(SparkSession spark, Path out) throws IOException {
    long files = ClassifyImages.run(spark, checkpoint, photos.toString(), out.toString());

    assertThat(files).isEqualTo(IMAGES + 1);
    List<Row> rows = spark.read().parquet(out.toString()).collectAsList();
    assertThat(rows).hasSize(IMAGES + 1);
    for (Row row : rows) {
      String file = row.<String>getAs("path").replaceFirst("^file:/+", "/");
      if (file.endsWith("broken.png")) {
        assertThat(row.<String>getAs("error")).contains("broken.png is not an image");
        assertThat(row.<String>getAs("label")).isNull();
        continue;
      }
      Classification one = Objects.requireNonNull(expected.get(file), file);
      assertThat(row.<String>getAs("error")).isNull();
      assertThat(row.<String>getAs("label")).isEqualTo(one.label());
      assertThat(row.<Integer>getAs("class_id")).isEqualTo(one.classId());
      assertThat(row.<Double>getAs("probability")).isCloseTo(one.probability(), within(0.01));
      assertThat(row.<Integer>getAs("depth_used")).isEqualTo(one.depthUsed());
      assertThat(row.<List<?>>getList(row.fieldIndex("skipped_stages"))).isEmpty();
    }
  }

  /** The classifiers that tasks of many partitions see: virtual machine and object. */
  private static List<String> classifiers(SparkSession spark) throws IOException {
    Broadcast<byte[]> bytes =
        new JavaSparkContext(spark.sparkContext()).broadcast(Files.readAllBytes(checkpoint));
    return spark
        .range(0, 100, 1, 16)
        .mapPartitions(new ClassifierOfTask(bytes), Encoders.STRING())
        .distinct()
        .collectAsList();
  }

  @Test
  void inOneVirtualMachine() throws IOException {
    try (SparkSession spark = session("local[2]")) {
      assertClassified(spark, folder.resolve("local.parquet"));
      assertThat(classifiers(spark))
          .singleElement()
          .asString()
          .startsWith(ProcessHandle.current().pid() + " ");
    }
  }

  @Test
  void onTwoExecutorsWithOneClassifierEach() throws IOException {
    try (SparkSession spark = session("local-cluster[2,1,1024]")) {
      assertClassified(spark, folder.resolve("cluster.parquet"));
      List<String> seen = new ArrayList<>(classifiers(spark));
      assertThat(seen).hasSize(2);
      assertThat(seen.stream().map(one -> one.split(" ", -1)[0]).distinct())
          .hasSize(2)
          .doesNotContain(Long.toString(ProcessHandle.current().pid()));
    }
  }
}
