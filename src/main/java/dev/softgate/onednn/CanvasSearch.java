package dev.softgate.onednn;

import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.ProcessLock;
import dev.softgate.torch.DType;
import dev.softgate.torch.TorchRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the fastest {@link Canvas} for this machine: times the weight gradients of a CIFAR
 * network's stages on one thread with different numbers of images side by side. The result is
 * stored in JavaCPP's cache directory, so later runs on this machine compute the same bits.
 */
public final class CanvasSearch {

  private static final Logger LOG = LoggerFactory.getLogger(CanvasSearch.class);

  /** The channels of each stage's maps, by map width. */
  private static final Map<Integer, Integer> CHANNELS = Map.of(8, 64, 16, 32, 32, 16);

  private static final List<Integer> SIDE_BY_SIDE = List.of(1, 4, 8, 16);

  /** The share of one of two threads in the published batch size. */
  private static final int IMAGES = 64;

  private static final int ROUNDS = 9;

  /** A smaller gain could be noise and does not justify another summation order. */
  private static final double WORTH = 0.95;

  private static final Map<DType, Canvas> FOUND = new EnumMap<>(DType.class);

  private CanvasSearch() {}

  /**
   * Returns the fastest canvas for this machine: searched now, or stored by an earlier run.
   *
   * @param type the type of the feature maps
   */
  public static synchronized Canvas fastest(DType type) {
    return FOUND.computeIfAbsent(type, CanvasSearch::kept);
  }

  private static Canvas kept(DType type) {
    String name =
        "softgate-canvas-%s-%s-%s.txt"
            .formatted(
                TorchRuntime.processor(), Native.version(), type.name().toLowerCase(Locale.ROOT));
    Path folder;
    try {
      folder = Loader.getCacheDir().toPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the native libraries have been unpacked there
    }
    return kept(folder.resolve(name), type);
  }

  /**
   * Returns the canvas stored in {@code file}. If there is none, searches for it and stores it
   * there. Only one process searches at a time; the others wait and use its result.
   */
  static Canvas kept(Path file, DType type) {
    Canvas known = read(file);
    if (known != null) {
      return known;
    }
    try (ProcessLock lock = ProcessLock.take(file.resolveSibling("softgate-canvas.lock"))) {
      Canvas others = read(file);
      return others == null ? keep(search(type), file) : others;
    } catch (IOException e) {
      LOG.warn("cannot store the fastest canvas, so each run searches again: {}", e.toString());
      return search(type);
    }
  }

  private static Canvas keep(Canvas found, Path file) {
    try {
      AtomicFiles.writeString(file, found.text() + "\n");
    } catch (UncheckedIOException e) {
      LOG.warn("cannot store the fastest canvas, so each run searches again: {}", e.getMessage());
    }
    return found;
  }

  /** Returns null if the file is missing or unreadable. */
  private static @Nullable Canvas read(Path file) {
    try {
      return Canvas.parse(Files.readString(file).strip());
    } catch (IOException | IllegalArgumentException e) {
      return null;
    }
  }

  /** Finds the fastest canvas for each map width. */
  static Canvas search(DType type) {
    NavigableMap<Integer, Integer> images = new TreeMap<>();
    try (Team team = new Team(1)) {
      CHANNELS.forEach(
          (width, channels) ->
              team.run(worker -> images.put(width, fastest(worker, width, channels, type))));
    }
    while (!images.isEmpty() && images.lastEntry().getValue() == 1) {
      images.pollLastEntry(); // wider maps are processed separately anyway
    }
    return new Canvas(images);
  }

  private static int fastest(Worker worker, int width, int channels, DType type) {
    ConvolutionShape shape = new ConvolutionShape(channels, channels, 3, 1, width, width);
    try (Arena arena = new Arena(1 << 20)) {
      Chunks whole = new Chunks(IMAGES, IMAGES, 1);
      FeatureMap maps = new FeatureMap(arena, shape.input(IMAGES, type), whole);
      maps.fill(ConvolutionCeiling.FILLING);
      List<WeightGradient> ways =
          SIDE_BY_SIDE.stream()
              .map(
                  count -> {
                    Canvas canvas = new Canvas(new TreeMap<>(Map.of(width, count)));
                    return new WeightGradient(arena, shape, IMAGES, type, canvas);
                  })
              .toList();
      double[][] seconds = new double[ways.size()][ROUNDS];
      for (int round = -1; round < ROUNDS; round++) { // round -1 creates the primitives
        for (int way = 0; way < ways.size(); way++) {
          long start = System.nanoTime();
          ways.get(way).compute(worker, maps.share(0), maps.share(0));
          if (round >= 0) {
            seconds[way][round] = (System.nanoTime() - start) / 1e9;
          }
        }
      }
      return SIDE_BY_SIDE.get(fastest(seconds));
    }
  }

  /** Returns the index of the lowest median, or 0 if the gain is too small. */
  private static int fastest(double[][] seconds) {
    int best = 0;
    for (int way = 0; way < seconds.length; way++) {
      Arrays.sort(seconds[way]);
      if (seconds[way][ROUNDS / 2] < seconds[best][ROUNDS / 2]) {
        best = way;
      }
    }
    return seconds[best][ROUNDS / 2] < WORTH * seconds[0][ROUNDS / 2] ? best : 0;
  }
}
