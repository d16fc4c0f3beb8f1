package dev.softgate.battery;

import dev.softgate.cli.CommandRun;
import dev.softgate.cli.TinyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * One mutated input, and the command that reads it. Both depend only on the battery's seed and a
 * number.
 */
final class Mutation {

  /** What is mutated; the number is its frequency among {@link #TOTAL}. */
  enum Kind {
    CHECKPOINT_BYTES(4),
    CHECKPOINT_METADATA_RESEALED(14),
    CHECKPOINT_TENSORS_RESEALED(8),
    CONFIG(5),
    DYNAMICS_BYTES(1),
    DYNAMICS_RESEALED(3),
    TABLES(5),
    LABELS(3),
    SCORES(1),
    VOTES(1),
    PTH_BYTES(3),
    PTH_PICKLE(2),
    SAFETENSORS(2),
    IMAGE(4),
    GOLDEN(1);

    private final int share;

    Kind(int share) {
      this.share = share;
    }
  }

  private static final int TOTAL = List.of(Kind.values()).stream().mapToInt(k -> k.share).sum();

  private static final List<String> TABLES =
      List.of(
          "metrics.csv",
          "gates-test.csv",
          "scores.csv",
          "scores.json",
          "timing.csv",
          "skip-curve.csv",
          "summary.json",
          "sessions.txt");

  private final int number;
  private final Corpus corpus;
  private final Random random;
  private final Path work; // of this mutation only
  private final Path run;

  Mutation(int number, Corpus corpus, Path work) {
    this.number = number;
    this.corpus = corpus;
    this.random = Battery.random("mutation", number);
    this.work = work;
    this.run = work.resolve("run");
  }

  /** Gives each kind its frequency among {@link #TOTAL} consecutive numbers. */
  static Kind kind(int number) {
    // A step coprime to the total mixes the kinds.
    int left = Math.floorMod(number * 23, TOTAL);
    for (Kind kind : Kind.values()) {
      left -= kind.share;
      if (left < 0) {
        return kind;
      }
    }
    throw new AssertionError();
  }

  /** Creates the input and passes it to its reader. */
  CommandRun run() throws IOException {
    Battery.delete(work);
    Files.createDirectories(work);
    return switch (kind(number)) {
      case CHECKPOINT_BYTES ->
          ofCheckpoint(file -> spoil(file, file, bytes -> Edits.bytes(bytes, random)));
      case CHECKPOINT_METADATA_RESEALED ->
          ofCheckpoint(file -> Resealed.of(file).editMetadata(random).write(file));
      case CHECKPOINT_TENSORS_RESEALED ->
          ofCheckpoint(file -> Resealed.of(file).editTensor(random).write(file));
      case CONFIG -> {
        Path config = corpus.copy(run).resolve("config.yaml");
        spoil(config, config, this::either);
        yield Readers.ofConfig(random, run, corpus);
      }
      case DYNAMICS_BYTES -> {
        Path file = dynamics();
        spoil(file, file, bytes -> Edits.bytes(bytes, random));
        yield TinyRun.run("score", run.toString(), "--threads=1", "--resamples=10");
      }
      case DYNAMICS_RESEALED -> {
        Path file = dynamics();
        Resealed changed = Resealed.of(file);
        (random.nextInt(3) == 0 ? changed.editMetadata(random) : changed.editTensor(random))
            .write(file);
        yield random.nextInt(3) == 0
            ? TinyRun.run("report", run.toString())
            : TinyRun.run("score", run.toString(), "--threads=1", "--resamples=10");
      }
      case TABLES -> {
        Path table = corpus.copy(run).resolve(TABLES.get(random.nextInt(TABLES.size())));
        spoil(table, table, this::either);
        yield TinyRun.run("report", run.toString());
      }
      case LABELS -> {
        Path labels = work.resolve("labels.csv");
        spoil(corpus.labels(), labels, this::either);
        yield random.nextBoolean()
            ? TinyRun.run(
                "eval",
                corpus.run().toString(),
                "--split=train",
                "--threads=1",
                "--labels=" + labels)
            : Readers.firstStep(work, "--labels=" + labels);
      }
      case SCORES -> {
        Path scores = work.resolve("scores.csv");
        spoil(corpus.run().resolve("scores.csv"), scores, this::either);
        yield Readers.firstStep(work, "--drop-suspects=0.1", "--scores=" + scores);
      }
      case VOTES -> {
        Path votes = work.resolve("votes.csv");
        spoil(corpus.votes(), votes, this::either);
        corpus.copy(run);
        yield TinyRun.run(
            "score", run.toString(), "--threads=1", "--resamples=10", "--human=" + votes);
      }
      case PTH_BYTES -> {
        Path file = work.resolve("network.pth");
        spoil(
            random.nextBoolean() ? corpus.zip() : corpus.stream(),
            file,
            bytes -> Edits.bytes(bytes, random));
        yield imported(file);
      }
      case PTH_PICKLE -> {
        Path file = work.resolve("network.pth");
        Files.write(file, corpus.saved(random.nextBoolean(), bytes -> Edits.bytes(bytes, random)));
        yield imported(file);
      }
      case SAFETENSORS -> {
        Path file = work.resolve("network.safetensors");
        spoil(corpus.safetensors(), file, bytes -> Edits.bytes(bytes, random));
        yield imported(file);
      }
      case IMAGE -> {
        String format = Corpus.IMAGES[random.nextInt(Corpus.IMAGES.length)];
        Path file = work.resolve("image." + format);
        spoil(corpus.image(format), file, bytes -> Edits.bytes(bytes, random));
        yield TinyRun.run(
            "predict", corpus.run().toString(), file.toString(), "--threads=1", "--json");
      }
      case GOLDEN -> {
        Path file = work.resolve("golden.safetensors");
        boolean tensors = random.nextBoolean();
        spoil(corpus.golden(), file, bytes -> tensors ? Edits.bytes(bytes, random) : bytes);
        spoil(
            corpus.folder().resolve("golden.json"),
            work.resolve("golden.json"),
            bytes -> tensors ? bytes : Edits.textBytes(bytes, random));
        yield TinyRun.run("parity", file.toString());
      }
    };
  }

  /** A change to a file. */
  private interface Change {
    void of(Path file) throws IOException;
  }

  private CommandRun ofCheckpoint(Change change) throws IOException {
    Readers.OfCheckpoint[] all = Readers.OfCheckpoint.values();
    Readers.OfCheckpoint reader = all[random.nextInt(all.length)];
    change.of(corpus.copyFor(reader, run));
    return Readers.read(reader, run, corpus);
  }

  private CommandRun imported(Path file) {
    return TinyRun.run("import", file.toString(), "--out", work.resolve("imported").toString());
  }

  private Path dynamics() throws IOException {
    corpus.copy(run);
    String name = random.nextInt(3) == 0 ? "images" : "epoch-000" + (1 + random.nextInt(2));
    return run.resolve("dynamics").resolve(name + ".safetensors");
  }

  private byte[] either(byte[] bytes) {
    return random.nextInt(3) == 0 ? Edits.bytes(bytes, random) : Edits.textBytes(bytes, random);
  }

  private static void spoil(Path sound, Path spoiled, UnaryOperator<byte[]> change)
      throws IOException {
    Files.write(spoiled, change.apply(Files.readAllBytes(sound)));
  }
}
