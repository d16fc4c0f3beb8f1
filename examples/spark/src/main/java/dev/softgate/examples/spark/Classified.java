package dev.softgate.examples.spark;

import dev.softgate.BadInputException;
import dev.softgate.serving.Classification;
import dev.softgate.serving.SkippingClassifier;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of a partition's images. {@value #BATCH} images at a time are decoded and classified, so
 * that a partition of any size takes little memory.
 */
final class Classified implements Iterator<Row> {

  /** A row for each file; {@code error} says why a file has no prediction, else it is null. */
  static final StructType SCHEMA =
      new StructType()
          .add("path", DataTypes.StringType, false)
          .add("label", DataTypes.StringType)
          .add("class_id", DataTypes.IntegerType)
          .add("probability", DataTypes.DoubleType)
          .add("hardness", DataTypes.DoubleType)
          .add("depth_used", DataTypes.IntegerType)
          .add("skipped_stages", DataTypes.createArrayType(DataTypes.IntegerType, false))
          .add("error", DataTypes.StringType);

  private static final int BATCH = 128;

  private final SkippingClassifier classifier;
  private final Iterator<Row> files;
  private final Queue<Row> ready = new ArrayDeque<>();

  /** Classifies files, rows of {@code path} and {@code content}. */
  Classified(SkippingClassifier classifier, Iterator<Row> files) {
    this.classifier = classifier;
    this.files = files;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && files.hasNext()) {
      classifyBatch();
    }
    return !ready.isEmpty();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private static Path name(String uri) {
    return Path.of(new org.apache.hadoop.fs.Path(uri).toUri().getPath());
  }

  private void classifyBatch() {
    int each = classifier.height() * classifier.width() * 3;
    byte[] pixels = new byte[BATCH * each];
    List<String> paths = new ArrayList<>(BATCH);
    while (paths.size() < BATCH && files.hasNext()) {
      Row file = files.next();
      String path = file.getString(0);
      try {
        byte[] image = classifier.decode(name(path), file.getAs(1));
        System.arraycopy(image, 0, pixels, paths.size() * each, each);
        paths.add(path);
      } catch (BadInputException e) {
        ready.add(RowFactory.create(path, null, null, null, null, null, null, e.getMessage()));
      }
    }
    List<Classification> results =
        classifier.classify(Arrays.copyOf(pixels, paths.size() * each), paths.size());
    for (int i = 0; i < results.size(); i++) {
      Classification result = results.get(i);
      ready.add(
          RowFactory.create(
              paths.get(i),
              result.label(),
              result.classId(),
              result.probability(),
              result.hardness(),
              result.depthUsed(),
              result.skippedStages().toArray(Integer[]::new),
              null));
    }
  }
}
