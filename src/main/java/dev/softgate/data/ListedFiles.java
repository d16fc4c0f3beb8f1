package dev.softgate.data;

import dev.softgate.data.ImageListing.Entry;
import java.nio.file.Path;
import java.util.List;

/** Files of a listing as a set of which no image is decoded. */
final class ListedFiles implements ImageSet {

  private final ImageListing listing;
  private final List<Entry> entries;
  private final int[] labels;

  ListedFiles(ImageListing listing, List<Entry> entries) {
    this.listing = listing;
    this.entries = entries;
    this.labels = entries.stream().mapToInt(Entry::label).toArray();
  }

  @Override
  public int count() {
    return entries.size();
  }

  @Override
  public int[] labels() {
    return labels;
  }

  @Override
  public int[] loaded() {
    return new int[0];
  }

  @Override
  public String file(int id) {
    return listing.file(entries.get(id));
  }

  @Override
  public Path path(int id) {
    return entries.get(id).file().toAbsolutePath().normalize();
  }

  @Override
  public int channels() {
    throw notLoaded();
  }

  @Override
  public int height(int id) {
    throw notLoaded();
  }

  @Override
  public int width(int id) {
    throw notLoaded();
  }

  @Override
  public void read(int id, Reader reader) {
    throw notLoaded();
  }

  private static IllegalArgumentException notLoaded() {
    return new IllegalArgumentException("no image of a listing was read");
  }
}
