package dev.softgate.data.check;

import dev.softgate.data.Dataset;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.decoding.ImageDecoder.Size;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The images of a set, each decoded when it is asked for. Any number of threads may read. */
public interface CheckedSet {

  /**
   * A decoded image.
   *
   * @param size the upright image's size
   * @param planes uint8, C×H×W with C = 1 or 3
   * @param format the file's format, such as {@code JPEG}
   * @param file the fingerprint of the file's bytes; null where it has no file
   */
  @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
  record Content(Size size, byte[] planes, String format, @Nullable Fingerprint file) {}

  /** The set's name, such as {@code folder:DIR} or {@code cifar10}. */
  String name();

  /** The absolute path of the folder with the files; null where the set has no files. */
  @Nullable String root();

  /** K names, in the order of the labels. */
  List<String> classNames();

  /** N, the number of images, readable or not. */
  int count();

  /** The image of an id, from 0 to N − 1. */
  CheckedImage image(int id);

  /** Loads the set at one size, without files that cannot be read if the request says so. */
  Dataset load(DatasetRequest request, DownloadListener listener);

  /**
   * Decodes an image and makes something of it; images in use at once have a bounded size.
   *
   * @throws dev.softgate.BadInputException if it cannot be decoded
   */
  <T> T read(int id, Function<Content, T> use);
}
