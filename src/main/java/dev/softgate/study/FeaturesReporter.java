package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.Progress;
import dev.softgate.SoftgateVersion;
import dev.softgate.config.RunConfig;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.ImageStream;
import dev.softgate.data.Resize;
import dev.softgate.engine.Compute;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.MatrixWriter;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.Safetensors;
import dev.softgate.run.FeatureNetwork;
import dev.softgate.run.OpenNetwork;
import dev.softgate.run.Shard;
import dev.softgate.training.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@code features}: images are decoded by some threads while the network computes the features
 * of those before, and a file grows by a block at a time, so that memory does not depend on the
 * number of images. One shard of them, joined by {@link #collect}, makes the same file.
 */
public final class FeaturesReporter {

  private static final Logger LOG = LoggerFactory.getLogger(FeaturesReporter.class);

  private static final String ACTIVITY = "computing features";
  private static final String NUMPY = ".npy";
  private static final String SAFETENSORS = ".safetensors";

  private final FeaturesRequest request;
  private final RunConfig config;
  private final FeatureNetwork network;
  private final Resize resize;

  /** The stages, from 1; the last alone as an empty list. */
  private final List<Integer> stages;

  private FeaturesReporter(FeaturesRequest request, RunConfig config) {
    this.request = request;
    this.config = config;
    ending(request.out());
    this.network = FeatureNetwork.open(request.network());
    Resize asked = request.resize();
    this.resize = asked == null ? network.checkpoint().config().data().resize() : asked;
    this.stages = stages();
  }

  /**
   * Computes the features of all images and writes the file.
   *
   * @param config the data set, and the way of computing
   * @throws BadInputException if the set or the network cannot be read, an image cannot be read and
   *     is not to be skipped, or the file cannot be written
   */
  public static FeaturesReport run(
      FeaturesRequest request, RunConfig config, DownloadListener listener) {
    FeaturesReporter reporter = new FeaturesReporter(request, config);
    reporter.requireReplaceable();
    ImageStream images = reporter.images(listener);
    try (OpenNetwork opened = reporter.open()) {
      Map<String, String> known = reporter.settings(images);
      known.putAll(FeatureMetadata.of(Computed.of(opened.compute())));
      return reporter.write(
          known,
          images,
          (matrix, rows) -> reporter.compute(images, opened, matrix, rows, listener));
    }
  }

  /**
   * Computes the features of a shard, for {@link #collect}; other image files are not opened.
   *
   * @throws BadInputException as {@link #run}
   */
  public static ShardReport runShard(
      FeaturesRequest request, Shard shard, RunConfig config, DownloadListener listener) {
    FeaturesReporter reporter = new FeaturesReporter(request, config);
    Path file = reporter.shards().writable(shard);
    ImageStream images = reporter.images(listener);
    ImageStream own = images.at(position -> shard.owns(position / Evaluator.BATCH));
    int[] left = new int[1];
    try (OpenNetwork opened = reporter.open()) {
      Map<String, String> known = reporter.settings(images);
      known.putAll(FeatureMetadata.of(Computed.of(opened.compute())));
      FeatureFile.write(
          file,
          reporter.dimensions(),
          known,
          (matrix, rows) -> {
            left[0] = reporter.compute(own, opened, matrix, rows, listener);
            return FeatureMetadata.unreadable(left[0]);
          });
    }
    return new ShardReport(request.out(), shard.toString(), file, own.count() - left[0], left[0]);
  }

  /**
   * Joins the shards' features; opens no image.
   *
   * @throws BadInputException if a shard is missing, or was computed otherwise or of other images
   */
  public static FeaturesReport collect(
      FeaturesRequest request, RunConfig config, DownloadListener listener) {
    FeaturesReporter reporter = new FeaturesReporter(request, config);
    reporter.requireReplaceable();
    List<Path> files = reporter.shards().all();
    ImageStream images = reporter.images(listener);
    Map<String, String> known = reporter.settings(images);
    try (JoinedFeatures joined = JoinedFeatures.open(files, known)) {
      known.putAll(FeatureMetadata.of(joined.computed()));
      return reporter.write(known, images, joined::addTo);
    }
  }

  /** Adds all rows and what they show, and returns how many files were left out. */
  @FunctionalInterface
  private interface Source {
    int addTo(MatrixWriter matrix, FeatureFile.Images rows);
  }

  private FeaturesReport write(Map<String, String> known, ImageStream images, Source any) {
    Source source =
        (matrix, rows) -> {
          int left = any.addTo(matrix, rows);
          if (left == images.count()) {
            throw new BadInputException(
                "none of the %,d files is an image that can be read; check {dataset}", left);
          }
          return left;
        };
    int[] left = new int[1];
    Path out = request.out();
    Path table = null;
    if (ending(out).equals(NUMPY)) {
      Path beside = out.resolveSibling(stem(out) + ".csv");
      table = beside;
      left[0] =
          MatrixWriter.numpy(
              out,
              dimensions(),
              matrix -> {
                FeatureFile.Images rows = new FeatureFile.Images();
                int bad = source.addTo(matrix, rows);
                rows.writeTable(beside, images.classNames());
                return bad;
              });
    } else {
      FeatureFile.write(
          out,
          dimensions(),
          known,
          (matrix, rows) -> {
            left[0] = source.addTo(matrix, rows);
            return FeatureMetadata.unreadable(left[0]);
          });
    }
    Computed computed = FeatureMetadata.computed(known, out);
    return new FeaturesReport(
        out,
        table,
        images.count() - left[0],
        dimensions(),
        left[0],
        namedStages(),
        resize.views(),
        network.name(),
        network.sha256(),
        images.name(),
        request.split().text(),
        computed.engine(),
        computed.precision(),
        computed.threads());
  }

  private int compute(
      ImageStream images,
      OpenNetwork opened,
      MatrixWriter matrix,
      FeatureFile.Images rows,
      Progress progress) {
    Evaluator evaluator = opened.evaluator();
    long[] nanos = new long[1];
    long start = System.nanoTime();
    int left =
        images.forEach(
            ACTIVITY,
            Evaluator.BATCH,
            block -> {
              long before = System.nanoTime();
              float[] values =
                  evaluator
                      .features(
                          block.images(), block.ids(), resize.views(), request.mirrored(), stages)
                      .values();
              nanos[0] += System.nanoTime() - before;
              matrix.add(values, block.ids().length);
              rows.add(block);
            },
            progress);
    int count = images.count() - left;
    double seconds = (System.nanoTime() - start) / 1e9;
    LOG.info(
        "{} images in {} s: {} images/s; the network {} images/s{}",
        count,
        rounded(seconds),
        rounded(count / seconds),
        rounded(count / (nanos[0] / 1e9)),
        images.decodingSeconds() > 0
            ? ", decoding %s images/s on each thread"
                .formatted(rounded(count / images.decodingSeconds()))
            : "");
    return left;
  }

  private static String rounded(double number) {
    return String.format(Locale.ROOT, "%.1f", number);
  }

  /** The images, of the size that the network takes. */
  private ImageStream images(DownloadListener listener) {
    Checkpoint checkpoint = network.checkpoint();
    int height = Math.multiplyExact(resize.views(), checkpoint.data().height());
    DatasetRequest asked =
        config.data().request(config.optimization().seed()).decodedBy(config.execution().threads());
    ImageStream all =
        ImageStream.open(
            asked.decoded(asked.decoding().sized(height, checkpoint.data().width(), resize)),
            listener);
    ImageStream chosen = all.first(request.limit(), Set.copyOf(FeatureFile.parts(request.split())));
    if (chosen.count() == 0) {
      throw new BadInputException(
          "{split} %s: %s has no such images; choose another part",
          request.split().text(), all.name());
    }
    return chosen;
  }

  private OpenNetwork open() {
    Compute compute = config.execution().compute(network.checkpoint().spec());
    return stages.isEmpty()
        ? OpenNetwork.of(network.checkpoint(), compute)
        : OpenNetwork.inStages(network.checkpoint(), compute);
  }

  private List<Integer> stages() {
    int last = network.checkpoint().spec().stages();
    List<Integer> asked = request.stages();
    for (int stage : asked) {
      if (stage < 1 || stage > last || Collections.frequency(asked, stage) > 1) {
        throw new BadInputException(
            "{stage} %s: %s has the stages 1 to %d; name each once at most, or last",
            joined(asked), network.name(), last);
      }
    }
    return asked.equals(List.of(last)) ? List.of() : asked;
  }

  private static String joined(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** The same, the last one named too. */
  private List<Integer> namedStages() {
    return stages.isEmpty() ? List.of(network.checkpoint().spec().stages()) : stages;
  }

  private int dimensions() {
    return Math.multiplyExact(
        resize.views(),
        namedStages().stream().mapToInt(network.checkpoint().spec()::channels).sum());
  }

  /** What the features depend on, by name, but for how they are computed. */
  private Map<String, String> settings(ImageStream images) {
    Map<String, String> settings = new LinkedHashMap<>(FeatureMetadata.of(network));
    settings.put("softgate_version", SoftgateVersion.current());
    settings.put("dataset", images.name());
    settings.put("list_sha256", images.listSha256());
    settings.put("split", request.split().text());
    settings.put("images", Integer.toString(images.count()));
    settings.put("skip_bad", Boolean.toString(config.data().skipBad()));
    settings.put("resize", resize.text());
    settings.put("views", Integer.toString(resize.views()));
    settings.put("stages", joined(namedStages()));
    settings.put(
        "stage_dimensions",
        joined(namedStages().stream().map(network.checkpoint().spec()::channels).toList()));
    settings.put("mirrored", Boolean.toString(request.mirrored()));
    settings.put("class_names", FeatureMetadata.json(images.classNames()));
    if (images.name().equals("synthetic")) { // its images follow from the seed
      settings.put("seed", Long.toString(config.optimization().seed()));
    }
    return settings;
  }

  private ShardFiles shards() {
    Path folder = Objects.requireNonNull(request.out().toAbsolutePath().getParent());
    return new ShardFiles(folder, "features", stem(request.out()), "safetensors");
  }

  /** The ending of a file of features; BadInputException if it has another. */
  private static String ending(Path out) {
    String name = String.valueOf(out.getFileName());
    for (String ending : List.of(SAFETENSORS, NUMPY)) {
      if (name.endsWith(ending) && name.length() > ending.length()) {
        return ending;
      }
    }
    throw new BadInputException(
        "{out} %s: a file that ends in .safetensors or .npy is expected", out);
  }

  private static String stem(Path out) {
    String name = String.valueOf(out.getFileName());
    return name.substring(0, name.length() - ending(out).length());
  }

  /** Refuses to replace another file, such as a network. */
  private void requireReplaceable() {
    Path out = request.out();
    if (ending(out).equals(NUMPY)) {
      AtomicFiles.requireReplaceable(out, ".npy file", "\u0093numpy");
      AtomicFiles.requireReplaceable(
          out.resolveSibling(stem(out) + ".csv"), "table of features", "file,split", "index,split");
      return;
    }
    AtomicFiles.requireWritable(out);
    if (isFilled(out) && !FeatureMetadata.isFeatures(Safetensors.readMetadata(out))) {
      throw new BadInputException(
          "%s exists and has no features: it is not replaced; choose another file",
          OneLine.of(out));
    }
  }

  private static boolean isFilled(@Nullable Path file) {
    try {
      return file != null && Files.exists(file) && Files.size(file) > 0;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
