package dev.softgate.data;

import java.util.List;

/** Images of one size that lie in several sets. */
final class GatheredImages extends EqualImages {

  private final List<ImageSet> sources;
  private final int[] source;
  private final int[] place;

  /**
   * Gathers images; all labels are 0.
   *
   * @param sources where the images lie
   * @param source the index of each image's source
   * @param place each image's id in its source
   * @param channels C, and H and W, of all images of all sources
   */
  GatheredImages(
      List<ImageSet> sources, int[] source, int[] place, int channels, int height, int width) {
    super(
        (long) source.length * channels * height * width,
        new int[source.length],
        channels,
        height,
        width);
    this.sources = List.copyOf(sources);
    this.source = source;
    this.place = place;
  }

  @Override
  public void read(int id, Reader reader) {
    sources.get(source[id]).read(place[id], reader);
  }
}
