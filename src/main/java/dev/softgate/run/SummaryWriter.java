package dev.softgate.run;

import dev.softgate.SoftgateVersion;
import dev.softgate.config.RunConfig;
import dev.softgate.evaluation.Predictions;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.ModelCost;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ResNet;
import dev.softgate.scoring.PhaseMetrics;
import dev.softgate.torch.TorchRuntime;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.EpochMetrics;
import dev.softgate.training.Progress;
import dev.softgate.training.TrainingData;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gathers a run's {@link Summary} when it ends, and writes it. */
final class SummaryWriter {

  private final RunConfig config;
  private final TrainingData data;
  private final RunFolder run;
  private final List<Summary.Session> sessions;
  private final int processes;

  /**
   * A writer for one session.
   *
   * @param sessions the run's sessions, this one last
   * @param processes how many train together
   */
  SummaryWriter(
      RunConfig config,
      TrainingData data,
      RunFolder run,
      List<Summary.Session> sessions,
      int processes) {
    this.config = config;
    this.data = data;
    this.run = run;
    this.sessions = List.copyOf(sessions);
    this.processes = processes;
  }

  /**
   * Writes and returns the summary.
   *
   * @param weights parameters and buffers by published name
   * @param test null where the run did not come to its end
   */
  Summary write(
      Summary.Status status,
      Progress progress,
      ModelSpec spec,
      Map<String, HostTensor> weights,
      @Nullable Predictions test) {
    Summary.Session first = sessions.get(0);
    Summary summary =
        new Summary(
            status,
            status == Summary.Status.FAILED ? ofFailed(progress) : results(progress, test),
            network(config, spec, data.dataset().height(), data.dataset().width()),
            machine(config, processes),
            new Summary.Provenance(
                run.name(),
                first.command(),
                first.started(),
                sessions.subList(1, sessions.size()),
                config.optimization().seed(),
                splitSha256(data),
                data.dataset().sha256(),
                data.labelsSha256(),
                config.data().dropSuspects(),
                score(config),
                data.scoresSha256(),
                status == Summary.Status.FAILED ? null : sha256(weights),
                SoftgateVersion.current()));
    summary.write(run.summary());
    return summary;
  }

  /** Writes the summary of a network that was not trained in its run. */
  static void writeDerived(
      RunConfig config,
      Checkpoint.DataFacts data,
      RunFolder run,
      ResNet network,
      Summary.Session session) {
    new Summary(
            Summary.Status.FINISHED,
            new Summary.Results(null, null, null, null, null, null, 0, null, null),
            network(config, network.spec(), data.height(), data.width()),
            machine(config, 1),
            new Summary.Provenance(
                run.name(),
                session.command(),
                session.started(),
                List.of(),
                config.optimization().seed(),
                data.splitSha256(),
                data.dataSha256(),
                data.labelsSha256(),
                config.data().dropSuspects(),
                score(config),
                data.scoresSha256(),
                sha256(network.state()),
                SoftgateVersion.current()))
        .write(run.summary());
  }

  private static @Nullable String score(RunConfig config) {
    return config.data().dropSuspects() == null ? null : config.data().score();
  }

  private static Summary.Machine machine(RunConfig config, int processes) {
    return new Summary.Machine(
        config.execution().engine().text(),
        config.execution().precision().text(),
        config.execution().threads(),
        processes,
        config.execution().device(),
        TorchRuntime.instructionSet(),
        TorchRuntime.peakResidentBytes());
  }

  private static Summary.Results results(Progress progress, @Nullable Predictions test) {
    List<EpochMetrics> history = progress.history();
    EpochMetrics last = history.isEmpty() ? null : history.get(history.size() - 1);
    PhaseMetrics validation = last == null ? null : last.validation();
    Progress.Best best = progress.best();
    PhaseMetrics tested = test != null ? test.metrics() : last == null ? null : last.test();
    PhaseMetrics testedAtBest = best == null ? null : history.get(best.epoch()).test();
    Progress.Effort effort = progress.effort();
    return new Summary.Results(
        tested == null ? null : tested.accuracy(),
        validation == null ? null : validation.accuracy(),
        best == null ? null : best.epoch(),
        best == null ? null : best.validationAccuracy(),
        testedAtBest == null ? null : testedAtBest.accuracy(),
        tested == null ? null : tested.meanGate(),
        history.size(),
        effort.trainSeconds() > 0 ? effort.images() / effort.trainSeconds() : null,
        history.isEmpty() ? null : effort.totalSeconds() / history.size());
  }

  /** The weights that a failed training ended with are worth no accuracy; those kept are. */
  private static Summary.Results ofFailed(Progress progress) {
    Summary.Results all = results(progress, null);
    return new Summary.Results(
        null,
        null,
        all.bestEpoch(),
        all.bestValAccuracy(),
        all.bestTestAccuracy(),
        null,
        all.epochs(),
        all.imagesPerSecond(),
        all.epochSeconds());
  }

  private static Summary.Network network(RunConfig config, ModelSpec spec, int height, int width) {
    ModelCost cost = ModelCost.of(spec, height, width);
    return new Summary.Network(
        config.data().dataset(),
        config.model().arch().text(),
        config.model().depth(),
        config.model().block(),
        config.model().gate().text(),
        cost.parameters(),
        cost.macs());
  }

  /** Hash of the validation ids; null if none are held out. */
  static @Nullable String splitSha256(TrainingData data) {
    return data.validation().length == 0 ? null : data.split().sha256();
  }

  /** SHA-256 of every name (UTF-8) and its bytes, in the order of the state. */
  static String sha256(Map<String, HostTensor> state) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      state.forEach(
          (name, tensor) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update(tensor.data());
          });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
