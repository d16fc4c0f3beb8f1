package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.Progress;
import dev.softgate.SoftgateVersion;
import dev.softgate.config.RunConfig;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.ReportJson;
import dev.softgate.interop.Sha256;
import dev.softgate.run.OpenNetwork;
import dev.softgate.run.Shard;
import dev.softgate.run.TrainedNetwork;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Runs {@code predict}: for the terminal, into tables, or one shard of these, joined by {@link
 * #collect}. Tables are the same bytes in one process and in shards.
 */
public final class PredictionReporter {

  /** Names the hash of the network in {@link #settings}. */
  private static final String NETWORK = "the network";

  private final PredictRequest request;
  private final TrainedNetwork network;
  private final RunConfig config;
  private final List<Path> files;

  private PredictionReporter(PredictRequest request, UnaryOperator<RunConfig> settings) {
    this.request = request;
    this.network = TrainedNetwork.open(request.network());
    this.config = settings.apply(network.checkpoint().config());
    this.files = ReadImages.list(request.files());
  }

  /**
   * Predicts files.
   *
   * @param settings completes the run's configuration by engine, precision and threads
   * @throws BadInputException if there is no such network, or no file is an image
   */
  public static PredictionReport run(
      PredictRequest request, UnaryOperator<RunConfig> settings, Progress progress) {
    PredictionReporter reporter = new PredictionReporter(request, settings);
    List<ImagePrediction> predictions = new ArrayList<>();
    List<ReadImages.Unreadable> unreadable = new ArrayList<>();
    try (OpenNetwork opened = reporter.open()) {
      new Predictor(opened, request.thresholds(), request.top())
          .forEach(
              reporter.files,
              Shard.WHOLE,
              block -> {
                predictions.addAll(block.predictions());
                unreadable.addAll(block.unreadable());
              },
              progress);
    }
    if (predictions.isEmpty()) {
      throw noneReadable(unreadable.get(0).reason(), unreadable.size());
    }
    return new PredictionReport(predictions, unreadable);
  }

  /**
   * Predicts files and writes the tables.
   *
   * @param out the folder for them; made if absent
   * @throws BadInputException as {@link #run}, or if the folder cannot be written
   */
  public static PredictionTableReport write(
      PredictRequest request, Path out, UnaryOperator<RunConfig> settings, Progress progress) {
    PredictionReporter reporter = new PredictionReporter(request, settings);
    ShardFiles.requireFolder(out);
    return reporter.tables(out, List.of(reporter.compute(Shard.WHOLE, progress)));
  }

  /**
   * Predicts a shard of the files, for {@link #collect}; other files are not opened.
   *
   * @param out the folder of the results of all shards; made if absent
   * @throws BadInputException as {@link #write}
   */
  public static ShardReport runShard(
      PredictRequest request,
      Shard shard,
      Path out,
      UnaryOperator<RunConfig> settings,
      Progress progress) {
    PredictionReporter reporter = new PredictionReporter(request, settings);
    ShardFiles.requireFolder(out);
    Path file = shards(out).writable(shard);
    PredictionShard computed = reporter.compute(shard, progress);
    computed.write(file);
    return new ShardReport(
        out, shard.toString(), file, computed.images(), computed.unreadableFiles());
  }

  /**
   * Writes the tables from the predictions of all shards.
   *
   * @param out the folder of their results
   * @throws BadInputException if a shard is missing or was computed with other settings, or no file
   *     is an image
   */
  public static PredictionTableReport collect(
      PredictRequest request, Path out, UnaryOperator<RunConfig> settings) {
    PredictionReporter reporter = new PredictionReporter(request, settings);
    List<Path> found = shards(out).all();
    List<PredictionShard> read = new ArrayList<>();
    int blocks = Predictor.blocks(reporter.files.size());
    for (int index = 0; index < found.size(); index++) {
      Path file = found.get(index);
      PredictionShard shard = PredictionShard.read(file);
      ShardFiles.requireSame(reporter.settings(), "this command", shard.settings(), file);
      Computed computed = Computed.of((read.isEmpty() ? shard : read.get(0)).settings(), file);
      ShardFiles.requireSame(computed.settings(), found.get(0).toString(), shard.settings(), file);
      if (shard.blocks().size() != new Shard(index, found.size()).count(blocks)) {
        throw new BadInputException("%s lacks blocks; run the shard again", file);
      }
      read.add(shard);
    }
    ShardFiles.requireFolder(out);
    return reporter.tables(out, read);
  }

  private static ShardFiles shards(Path out) {
    return new ShardFiles(out, "predictions", "safetensors");
  }

  private static BadInputException noneReadable(String reason, int files) {
    return new BadInputException(
        reason + (files == 1 ? "" : " (and %d more)".formatted(files - 1)));
  }

  private OpenNetwork open() {
    return OpenNetwork.of(
        network.checkpoint(), config.execution().compute(network.checkpoint().spec()));
  }

  private PredictionShard compute(Shard shard, Progress progress) {
    List<PredictionShard.Block> blocks = new ArrayList<>();
    try (OpenNetwork opened = open()) {
      Map<String, String> settings = settings();
      settings.putAll(Computed.of(opened.compute()).settings());
      new Predictor(opened, request.thresholds(), request.top())
          .forEach(files, shard, block -> blocks.add(PredictionShard.Block.of(block)), progress);
      return new PredictionShard(blocks, settings);
    }
  }

  /** What the predictions depend on, by name. */
  private Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    String names = files.stream().map(Path::toString).collect(Collectors.joining("\n"));
    settings.put("Softgate's version", SoftgateVersion.current());
    settings.put(NETWORK, Sha256.of(network.file()));
    settings.put(NETWORK + ShardFiles.FROM, network.file().toString());
    settings.put("the number of files", Integer.toString(files.size()));
    settings.put("the list of files", Sha256.of(names.getBytes(StandardCharsets.UTF_8)));
    settings.put("--threshold", String.valueOf(request.thresholds()));
    settings.put("--top", Integer.toString(request.top()));
    for (String key : List.of("engine", "precision")) {
      settings.put("--" + key, Objects.requireNonNull(config.texts().get(key)));
    }
    return settings;
  }

  private PredictionTableReport tables(Path out, List<PredictionShard> shards) {
    int images = shards.stream().mapToInt(PredictionShard::images).sum();
    int unreadableFiles = shards.stream().mapToInt(PredictionShard::unreadableFiles).sum();
    List<PredictionShard.Block> blocks =
        IntStream.range(0, Predictor.blocks(files.size()))
            .mapToObj(b -> shards.get(b % shards.size()).blocks().get(b / shards.size()))
            .toList();
    if (images == 0) {
      throw new BadInputException(
          "none of the %,d files is an image that can be read; specify image files"
              .formatted(unreadableFiles));
    }
    int classes = network.checkpoint().data().classNames().size();
    Path predictions = out.resolve("predictions.csv");
    write(
        predictions,
        PredictionTable.header(Math.min(request.top(), classes)),
        blocks,
        PredictionShard.Block::rows);
    Path unreadable = out.resolve("unreadable.csv");
    write(unreadable, PredictionTable.UNREADABLE_HEADER, blocks, PredictionShard.Block::unreadable);
    Computed computed = Computed.of(shards.get(0).settings(), out);
    PredictionTableReport report =
        new PredictionTableReport(
            out,
            predictions,
            unreadable,
            images,
            unreadableFiles,
            network.file(),
            Objects.requireNonNull(shards.get(0).settings().get(NETWORK)),
            computed.engine(),
            computed.precision(),
            computed.threads());
    AtomicFiles.writeString(out.resolve("predictions.json"), ReportJson.pretty(report));
    return report;
  }

  private static void write(
      Path file,
      String header,
      List<PredictionShard.Block> blocks,
      Function<PredictionShard.Block, String> rows) {
    AtomicFiles.write(
        file,
        to -> {
          to.write(header.getBytes(StandardCharsets.UTF_8));
          for (PredictionShard.Block block : blocks) {
            to.write(rows.apply(block).getBytes(StandardCharsets.UTF_8));
          }
        });
  }
}
