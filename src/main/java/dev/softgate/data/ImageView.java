package dev.softgate.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pixels of another set under other labels, and, where only some images of a folder were
 * decoded, under their ids in the folder.
 */
final class ImageView implements ImageSet {

  private final ImageSet shown;
  private final int[] ids;
  private final int[] places; // of each image among the shown ones; below 0 where it was not loaded
  private final int[] labels;
  private final List<String> files;
  private final @Nullable Path root; // of the files
  private final int @Nullable [] positions;

  /** Shows images of a set of which no file was left out; see the other constructor. */
  ImageView(ImageSet shown, int[] ids, int[] labels, List<String> files, @Nullable Path root) {
    this(shown, ids, labels, files, root, null);
  }

  /**
   * Shows images of a set.
   *
   * @param ids for each image of {@code shown}, its id here; ascending; kept, not copied
   * @param labels int32, N, of all images, loaded or not; kept, not copied
   * @param files the file of each image, N names or an empty list
   * @param root the folder that the files are relative to; null without files
   * @param positions what {@link #position} returns, N; null for the ids; kept, not copied
   */
  ImageView(
      ImageSet shown,
      int[] ids,
      int[] labels,
      List<String> files,
      @Nullable Path root,
      int @Nullable [] positions) {
    if (ids.length != shown.count() || (!files.isEmpty() && files.size() != labels.length)) {
      throw new IllegalArgumentException(
          "%d ids, %d labels and %d files of %d images"
              .formatted(ids.length, labels.length, files.size(), shown.count()));
    }
    EqualImages.requireLabels(labels);
    this.shown = shown;
    this.ids = ids;
    this.labels = labels;
    this.files = List.copyOf(files);
    this.root = root;
    this.positions = positions;
    this.places = new int[labels.length];
    Arrays.fill(places, -1);
    for (int place = 0; place < ids.length; place++) {
      places[ids[place]] = place;
    }
  }

  private int shown(int id) {
    if (places[id] < 0) {
      throw new IllegalArgumentException("image %d was not read".formatted(id));
    }
    return places[id];
  }

  @Override
  public int count() {
    return labels.length;
  }

  @Override
  public int[] labels() {
    return labels;
  }

  @Override
  public int channels() {
    return shown.channels();
  }

  @Override
  public int height(int id) {
    return shown.height(shown(id));
  }

  @Override
  public int width(int id) {
    return shown.width(shown(id));
  }

  @Override
  public void read(int id, Reader reader) {
    shown.read(shown(id), reader);
  }

  @Override
  public int[] loaded() {
    return ids.clone();
  }

  @Override
  public String file(int id) {
    return files.isEmpty() ? "" : files.get(id);
  }

  @Override
  public @Nullable Path path(int id) {
    return files.isEmpty() || root == null
        ? null
        : root.resolve(files.get(id)).toAbsolutePath().normalize();
  }

  @Override
  public int position(int id) {
    return positions == null ? id : positions[id];
  }

  @Override
  public ImageSet labeled(int[] others) {
    return new ImageView(shown, ids, others, files, root, positions);
  }
}
