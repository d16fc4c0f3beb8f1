package dev.softgate.onednn;

import java.util.List;

/**
 * Layers in evaluation that a few images pass through together before the next images do. Early
 * layers have large maps, of which few fit a core's cache; late layers have many weights, which are
 * read once for all images that pass together.
 *
 * @param pieces the layers, in order
 * @param most the largest number of images that pass together
 */
record InferencePart(List<Piece> pieces, int most) {

  /** A step of evaluation. */
  interface Piece {

    /** Returns the output's shape for the whole batch. */
    FeatureMaps output();

    /** Returns whether the output replaces the input in its memory. */
    default boolean inPlace() {
      return false;
    }

    /**
     * Prepares the computation of {@code images} images.
     *
     * @param weights whether to plan the weights' layouts too, which one thread does for all
     */
    default void plan(Primitives primitives, int images, boolean weights) {}

    /** Takes the memory that {@link #run} needs between input and output. */
    default void reserve(Worker worker, int images) {}

    /**
     * Computes the output of some images.
     *
     * @param first the first image's index in the batch
     * @param destination memory for the output; {@code source} if the piece runs in place
     */
    void run(Worker worker, int first, int images, MemoryBlock source, MemoryBlock destination);
  }

  /** A chunk's maps. */
  interface Maps {
    /**
     * Returns some images.
     *
     * @param first the first image's index in the chunk
     */
    MemoryBlock images(int first, int count);
  }

  /** Prepares {@link #run} for {@code images} images; see {@link Piece#plan}. */
  void plan(Primitives primitives, int images, boolean weights) {
    for (Piece piece : pieces) {
      piece.plan(primitives, Math.min(images, most), weights);
      if (images > most && images % most > 0) {
        piece.plan(primitives, images % most, weights);
      }
    }
  }

  /**
   * Takes what {@link #run} would take at its first call, for pieces that all run in place.
   *
   * @param images the chunk's images
   */
  void reserve(Worker worker, int images, Maps source) {
    for (int done = 0; done < images; done += most) {
      int count = Math.min(most, images - done);
      source.images(done, count);
      pieces.forEach(piece -> piece.reserve(worker, count));
    }
  }

  /**
   * Computes a chunk.
   *
   * @param first the first image's index in the batch
   * @return the results: in this thread's scratch memory, or {@code source} if every piece runs in
   *     place
   */
  Maps run(Worker worker, int first, int images, Maps source) {
    int last = lastMove();
    Maps result = source;
    for (int done = 0; done < images; done += most) {
      int count = Math.min(most, images - done);
      MemoryBlock at = source.images(done, count);
      for (int i = 0; i < pieces.size(); i++) {
        Piece piece = pieces.get(i);
        MemoryBlock from = at;
        if (i == last) {
          result = apart(worker, piece.output().of(images), from, done, count);
          at = result.images(done, count);
        } else if (!piece.inPlace()) {
          at = apart(worker, piece.output().of(count), from, 0, count).images(0, count);
        }
        piece.run(worker, first + done, count, from, at);
      }
    }
    return result;
  }

  private int lastMove() {
    int last = pieces.size() - 1;
    while (last >= 0 && pieces.get(last).inPlace()) {
      last--;
    }
    return last;
  }

  /**
   * Returns scratch memory other than {@code taken}, which may have the same shape.
   *
   * @param first the first of the {@code count} images to be written
   */
  private static Maps apart(
      Worker worker, FeatureMaps maps, MemoryBlock taken, int first, int count) {
    String use = worker.scratch("stream", maps, first, count) == taken ? "other stream" : "stream";
    return (begin, images) -> worker.scratch(use, maps, begin, images);
  }
}
