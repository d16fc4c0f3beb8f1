package dev.softgate.examples.spark;

import dev.softgate.BadInputException;
import dev.softgate.run.TrainedNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Classifies all image files below a folder with a trained network, and writes a Parquet table.
 *
 * <p>The checkpoint is broadcast. Each executor opens one {@link
 * dev.softgate.serving.SkippingClassifier}, which its tasks share: they decode images at the same
 * time and compute one batch at a time, on all cores of the executor.
 */
public final class ClassifyImages {

  private static final List<String> ENDINGS =
      List.of("png", "jpg", "jpeg", "jpe", "jfif", "webp", "gif", "bmp", "tif", "tiff");

  /** What opening a file costs, in bytes that could be read meanwhile: decides on partitions. */
  private static final String OPEN_COST = "spark.sql.files.openCostInBytes";

  private ClassifyImages() {}

  /**
   * Runs the job.
   *
   * @param arguments a run's folder or a checkpoint on the driver; a folder of images that all
   *     executors can read, such as {@code hdfs://…}; the table to write, which must not exist
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      System.err.println("usage: ClassifyImages RUN_OR_CHECKPOINT IMAGES OUT.parquet");
      System.exit(2);
    }
    try (SparkSession spark = SparkSession.builder().appName("softgate classify").getOrCreate()) {
      long start = System.nanoTime();
      long images = run(spark, Path.of(arguments[0]), arguments[1], arguments[2]);
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          Locale.ROOT, "%d files in %.1f s: %.0f a second%n", images, seconds, images / seconds);
    } catch (BadInputException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  /**
   * Classifies images and writes the table.
   *
   * @return how many files it has a row for
   */
  static long run(SparkSession spark, Path runOrCheckpoint, String images, String out)
      throws IOException {
    Broadcast<byte[]> checkpoint =
        new JavaSparkContext(spark.sparkContext())
            .broadcast(Files.readAllBytes(TrainedNetwork.open(runOrCheckpoint).file()));
    int threads = spark.sparkContext().conf().getInt("spark.executor.cores", 0);
    if (!spark.sparkContext().conf().contains(OPEN_COST)) {
      spark.conf().set(OPEN_COST, 1 << 16); // Spark's 4 MiB would make partitions of 32 photos
    }
    Dataset<Row> files =
        spark
            .read()
            .format("binaryFile")
            .option("recursiveFileLookup", "true")
            .option("pathGlobFilter", imageNames())
            .load(images)
            .select("path", "content");
    files
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>)
                rows -> new Classified(ExecutorClassifier.of(checkpoint.value(), threads), rows),
            Encoders.row(Classified.SCHEMA))
        .write()
        .parquet(out);
    return spark.read().parquet(out).count();
  }

  /** A pattern of names with these endings, in lower or upper case. */
  private static String imageNames() {
    return ENDINGS.stream()
        .map(
            ending ->
                ending
                    .chars()
                    .mapToObj(c -> "[" + (char) c + (char) Character.toUpperCase(c) + "]")
                    .collect(Collectors.joining()))
        .collect(Collectors.joining(",", "*.{", "}"));
  }
}
