package dev.softgate.data.check;

import dev.softgate.data.Dataset;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Datasets;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.ImageSet;
import dev.softgate.data.decoding.ImageDecoder.Size;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The images of a set that is not made of image files, such as CIFAR. */
public final class LoadedImages implements CheckedSet {

  private static final String FORMAT = "raw";

  private final Dataset dataset;

  public LoadedImages(Dataset dataset) {
    this.dataset = dataset;
  }

  @Override
  public String name() {
    return dataset.name();
  }

  @Override
  public @Nullable String root() {
    return null;
  }

  @Override
  public List<String> classNames() {
    return dataset.classNames();
  }

  @Override
  public int count() {
    return dataset.train().count() + dataset.test().count();
  }

  private boolean isTest(int id) {
    return id >= dataset.train().count();
  }

  private ImageSet half(int id) {
    return isTest(id) ? dataset.test() : dataset.train();
  }

  private int place(int id) {
    return isTest(id) ? id - dataset.train().count() : id;
  }

  @Override
  public CheckedImage image(int id) {
    int place = place(id);
    boolean heldOut = !isTest(id) && Arrays.binarySearch(dataset.validation(), place) >= 0;
    return new CheckedImage(
        id,
        (isTest(id) ? "test:" : "train:") + place,
        dataset.classNames().get(half(id).labels()[place]),
        isTest(id) ? "test" : heldOut ? "validation" : "train");
  }

  @Override
  public Dataset load(DatasetRequest request, DownloadListener listener) {
    return Datasets.load(request, listener);
  }

  @Override
  public <T> T read(int id, Function<Content, T> use) {
    ImageSet images = half(id);
    int place = place(id);
    return use.apply(
        new Content(
            new Size(images.height(place), images.width(place)),
            images.pixels(place),
            FORMAT,
            null));
  }
}
