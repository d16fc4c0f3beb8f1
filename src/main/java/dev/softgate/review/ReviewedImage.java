package dev.softgate.review;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An image by its file, or, if that is null, by its index in the data set. */
record ReviewedImage(@Nullable Path file, int index) {

  /** Its name in tables; see {@link Decision#image}. */
  String name() {
    return file == null ? Integer.toString(index) : file.toString();
  }
}
