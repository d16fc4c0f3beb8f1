package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.Choice;
import dev.softgate.data.Decoding;
import dev.softgate.data.ImageSet;
import dev.softgate.data.Resize;
import dev.softgate.interop.MatrixFile;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.Safetensors;
import dev.softgate.interop.Sha256;
import dev.softgate.scoring.features.Features;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Features of images in a file: one that {@code softgate features} wrote, whose images are compared
 * by their pixels; or a matrix of any program, whose rows a table beside it names, or else are
 * those of the images in the order of the set.
 */
final class StoredFeatures implements AutoCloseable {

  private final Path file;
  private final @Nullable FeatureFile own;
  private final @Nullable MatrixFile matrix;
  private final Map<String, String> metadata;
  private final int views;

  private StoredFeatures(Path file, @Nullable FeatureFile own, @Nullable MatrixFile matrix) {
    this.file = file;
    this.own = own;
    this.matrix = matrix;
    this.metadata = own == null ? Map.of() : own.metadata();
    this.views = own == null ? 1 : FeatureMetadata.number(metadata, "views", file);
    if (views < 1 || dimensions() % views != 0) {
      throw new BadInputException("%s: its views are '%d'; write it again", file, views);
    }
  }

  /** Whether a path names features, and no run or checkpoint. */
  static boolean isStored(Path named) {
    return Files.isRegularFile(named)
        && MatrixFile.isNamed(named)
        && (!Safetensors.begins(named) || MatrixFile.hasTensor(named, FeatureFile.FEATURES));
  }

  /**
   * Opens a file.
   *
   * @throws BadInputException if it is malformed or damaged
   */
  static StoredFeatures open(Path file) {
    boolean safetensors = Safetensors.begins(file);
    if (safetensors && FeatureMetadata.isFeatures(Safetensors.readMetadata(file))) {
      FeatureFile own = FeatureFile.open(file);
      try {
        return new StoredFeatures(file, own, null);
      } catch (BadInputException e) {
        own.close();
        throw e;
      }
    }
    return new StoredFeatures(
        file, null, MatrixFile.open(file, safetensors ? FeatureFile.FEATURES : null));
  }

  String name() {
    return file.toString();
  }

  /** The hash of the file. */
  String sha256() {
    return Sha256.of(file);
  }

  /** V·C, the length of a row. */
  int dimensions() {
    return own == null ? matrix().columns() : own.dimensions();
  }

  int views() {
    return views;
  }

  private MatrixFile matrix() {
    return Objects.requireNonNull(matrix);
  }

  /** The set that the network was trained on; null if unknown. */
  @Nullable String trainedOn() {
    return metadata.get("trained_on");
  }

  @Nullable String trainedOnSha256() {
    return metadata.get("trained_on_sha256");
  }

  /** How the features were computed; null if unknown. */
  @Nullable Computed computed() {
    return own == null ? null : FeatureMetadata.computed(metadata, file);
  }

  /**
   * Refuses settings of a computation that is done already.
   *
   * @param given what the user named
   * @param resize how images are to be resized, if that was named
   */
  void requireEffect(Set<String> given, Resize resize) {
    for (String key : List.of("engine", "precision", "device")) {
      if (given.contains(key)) {
        throw new BadInputException(
            "{%s}: the features of %s are computed already; omit it".formatted(key, file));
      }
    }
    String own = metadata.get("resize");
    if (given.contains("resize") && !resize.text().equals(own)) {
      throw new BadInputException(
          own == null
              ? "{resize} %s: has no effect on the features of %s; omit it"
                  .formatted(resize.text(), file)
              : "{resize} %s: %s has features of images resized by %s; omit it, or write the file again with it"
                  .formatted(resize.text(), file, OneLine.of(own)));
    }
  }

  /** How the images were decoded; without that, as for the built-in network. */
  Decoding decoding(Decoding asked) {
    if (own == null) {
      return asked.sized("32", Resize.VIEWS);
    }
    String size = metadata.getOrDefault("image_size", "");
    String resize = metadata.getOrDefault("resize", "");
    try {
      return asked.sized(size, Choice.of(Resize.class, resize));
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          "%s: its images have the size '%s', resized by '%s'; write it again"
              .formatted(OneLine.of(file), OneLine.of(size), OneLine.of(resize)),
          e);
    }
  }

  /**
   * Reads the features of images, N×(V·C), in their order.
   *
   * @param parts images as {@link #decoding} decodes them
   * @throws BadInputException if an image has none, or is another one now
   */
  Features read(List<JudgedImages.Part> parts) {
    int count = parts.stream().mapToInt(part -> part.ids().length).reduce(0, Math::addExact);
    int dimensions = dimensions();
    float[] values = new float[Math.multiplyExact(count, dimensions)];
    RowNames names = own == null ? RowNames.of(file, matrix().rows(), count) : null;
    float[] row = new float[dimensions];
    int next = 0;
    for (JudgedImages.Part part : parts) {
      for (int id : part.ids()) {
        if (own != null) {
          own.read(ownRow(own, part, id), 1, row);
        } else if (names != null) {
          matrix().read(names.row(part, id, next), 1, row);
        }
        requireFinite(row, part, id);
        System.arraycopy(row, 0, values, next++ * dimensions, dimensions);
      }
    }
    return new Features(count, dimensions, values);
  }

  private int ownRow(FeatureFile from, JudgedImages.Part part, int id) {
    ImageSet images = part.images();
    int found = from.row(part.test(), images.position(id));
    if (found < 0
        || !from.file(found).equals(images.file(id))
        || !from.hash(found).equals(SamePictures.hash(images, id))) {
      throw new BadInputException(
          "%s %s: it was written for other images; write it again with softgate features",
          file, difference(from, found, part, id));
    }
    return found;
  }

  /** How the row found for an image differs; a negative row stands for none. */
  private static String difference(FeatureFile from, int row, JudgedImages.Part part, int id) {
    if (row < 0) {
      return "lacks " + name(part, id);
    }
    String stored = from.file(row);
    return stored.equals(part.images().file(id))
        ? "has features of another image in place of " + name(part, id)
        : "has %s where the set has %s".formatted(OneLine.of(stored), name(part, id));
  }

  private void requireFinite(float[] row, JudgedImages.Part part, int id) {
    for (float value : row) {
      if (!Float.isFinite(value)) {
        throw new BadInputException(
            "%s: a feature of %s is %s; write it again", file, name(part, id), value);
      }
    }
  }

  /** How messages name an image. */
  static String name(JudgedImages.Part part, int id) {
    Path path = part.images().path(id);
    return path == null ? (part.test() ? "test" : "train") + " image " + id : path.toString();
  }

  @Override
  public void close() {
    if (own != null) {
      own.close();
    }
    if (matrix != null) {
      matrix.close();
    }
  }
}
