package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.distributed.ProcessGroup;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.RecordJson;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.TrainingData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How processes that train together begin: rank 0 decides and announces, the others prepare the
 * same, and all wait for one another, however long one takes. A refusal of one is a refusal of all.
 */
final class JointStart {

  private static final Logger LOG = LoggerFactory.getLogger(JointStart.class);

  private static final String ANNOUNCED = "run/announced";
  private static final String READY = "run/ready/";
  private static final String NONE = "";
  private static final long POLL_MILLIS = 50;

  /**
   * What rank 0 decided.
   *
   * @param refusal why nothing is trained; empty if something is
   * @param run the run's folder
   * @param config the run's configuration, YAML; empty if nothing is left to train
   * @param data the facts of its data, JSON
   * @param teacher hash of the weights of the network that the training learns from; empty without
   *     one
   * @param checkpoint the checkpoint of rank 0 that follows; empty if the training begins
   */
  record Announcement(
      String refusal, String run, String config, String data, String teacher, String checkpoint) {

    /** Nothing is trained. */
    static Announcement refusing(String reason) {
      return new Announcement(reason, NONE, NONE, NONE, NONE, NONE);
    }

    /** Nothing is left to train. */
    static Announcement over(RunFolder run) {
      return new Announcement(NONE, run.path().toString(), NONE, NONE, NONE, NONE);
    }

    /** Whether the run has ended already. */
    boolean isOver() {
      return config.isEmpty();
    }
  }

  private final ProcessGroup group;
  private boolean announced;
  private boolean told;

  JointStart(ProcessGroup group) {
    this.group = group;
  }

  /**
   * Starts the other processes with rank 0, which calls this when it has decided everything.
   *
   * @param teacher the network to learn from; null for none
   * @param from the checkpoint to continue from; null to begin
   */
  void lead(
      RunFolder run,
      RunConfig config,
      TrainingData data,
      @Nullable OpenNetwork teacher,
      @Nullable Checkpoint from) {
    if (group.isAlone()) {
      if (config.optimization().syncBn()) {
        LOG.info("--sync-bn has no effect on a single process");
      }
      return;
    }
    LOG.info(
        "{} processes train together, {} images a step",
        group.size(),
        (long) config.optimization().batchSize() * group.size());
    Path checkpoint = from == null ? null : from.file();
    announce(
        new Announcement(
            NONE,
            run.path().toString(),
            config.toYaml(),
            RecordJson.write(Checkpoint.DataFacts.of(data)),
            Teacher.weights(teacher),
            checkpoint == null ? NONE : checkpoint.toString()));
    ready();
    awaitAll();
    if (checkpoint != null) {
      try {
        group.broadcast(Files.readAllBytes(checkpoint));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + checkpoint, e);
      }
    }
  }

  /** Announces what rank 0 decided; once. */
  void announce(Announcement announcement) {
    announced = true;
    group.publish(ANNOUNCED, RecordJson.write(announcement).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Tells the others that nothing is trained, unless they know what is. What is no refusal, such as
   * a lack of memory, they learn from {@link ProcessGroup#leave}.
   */
  void refuse(Throwable reason) {
    if (!announced && reason instanceof BadInputException refusal) {
      announce(Announcement.refusing(refusal.marked()));
    }
  }

  /**
   * Waits for what rank 0 decided.
   *
   * @throws BadInputException if it refused
   */
  Announcement await() {
    Announcement announcement =
        RecordJson.read(awaited(ANNOUNCED), Announcement.class, "the announcement of rank 0");
    if (!announcement.refusal().isEmpty()) {
      throw refused(0, announcement.refusal());
    }
    return announcement;
  }

  /** Tells the others that this process is ready. */
  void ready() {
    tell(NONE);
  }

  /** Tells the others that this process refuses to be ready, unless it was, as {@link #refuse}. */
  void fail(Throwable problem) {
    if (!told && problem instanceof BadInputException refusal) {
      tell(refusal.marked());
    }
  }

  private void tell(String problem) {
    told = true;
    group.publish(READY + group.rank(), problem.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Waits until all are ready.
   *
   * @throws BadInputException if one is not
   */
  void awaitAll() {
    for (int rank = 0; rank < group.size(); rank++) {
      String problem = awaited(READY + rank);
      if (!problem.isEmpty()) {
        throw refused(rank, problem);
      }
    }
  }

  private static BadInputException refused(int rank, String problem) {
    return new BadInputException(
        String.format(Locale.ROOT, "rank %d: %s", rank, OneLine.of(problem)));
  }

  private String awaited(String key) {
    while (true) {
      byte[] value = group.published(key);
      if (value != null) {
        return new String(value, StandardCharsets.UTF_8);
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for other processes", e);
      }
    }
  }
}
