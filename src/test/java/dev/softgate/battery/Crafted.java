package dev.softgate.battery;

import static dev.softgate.battery.Readers.OfCheckpoint.EVAL;
import static dev.softgate.battery.Readers.OfCheckpoint.EXTRACT;
import static dev.softgate.battery.Readers.OfCheckpoint.INIT;
import static dev.softgate.battery.Readers.OfCheckpoint.PREDICT;
import static dev.softgate.battery.Readers.OfCheckpoint.RESUME;
import static dev.softgate.battery.Readers.OfCheckpoint.SCORE;
import static dev.softgate.battery.Readers.OfCheckpoint.SERVE;
import static dev.softgate.battery.Readers.OfCheckpoint.SKIP;

import dev.softgate.battery.Readers.OfCheckpoint;
import dev.softgate.cli.CommandRun;
import dev.softgate.interop.ElementType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Checkpoints with a valid seal and impossible contents: every reader refuses each. */
@SuppressWarnings("ImmutableEnumChecker") // functions without state
enum Crafted {
  /** The control: every reader accepts it. */
  NOTHING(file -> {}),
  HEIGHT_NEGATIVE(file -> file.replace("data", "\"height\":\\d+", "\"height\":-1")),
  HEIGHT_ZERO(file -> file.replace("data", "\"height\":\\d+", "\"height\":0")),
  HEIGHT_GREATEST(file -> file.replace("data", "\"height\":\\d+", "\"height\":2147483647")),
  WIDTH_100000(file -> file.replace("data", "\"width\":\\d+", "\"width\":100000")),
  CLASS_NAMES_NULL(file -> file.replace("data", "\"classNames\":\\[[^]]*]", "\"classNames\":null")),
  CLASS_NAME_NULL(
      file -> file.replace("data", "\"classNames\":\\[\"[^\"]*\"", "\"classNames\":[null")),
  CLASS_NAMES_FEW(
      file -> file.replace("data", "\"classNames\":\\[[^]]*]", "\"classNames\":[\"a\",\"b\"]")),
  STD_ZERO(file -> file.replace("data", "\"std\":\\[[^,]*", "\"std\":[0.0")),
  STD_NULL(file -> file.replace("data", "\"std\":\\[[^]]*]", "\"std\":null")),
  MEAN_SHORT(file -> file.replace("data", "\"mean\":\\[[^]]*]", "\"mean\":[0.5]")),
  MEAN_NOT_A_NUMBER(file -> file.replace("data", "\"mean\":\\[[^,]*", "\"mean\":[\"NaN\"")),
  EPOCH_NEGATIVE(file -> file.replace("progress", "\"epoch\":\\d+", "\"epoch\":-1")),
  BATCH_NEGATIVE(file -> file.replace("progress", "\"batch\":\\d+", "\"batch\":-1")),
  TOTALS_NEGATIVE(file -> file.replace("progress", "\"images\":\\d+", "\"images\":-5")),
  TOTALS_NULL(file -> file.replace("progress", "\"totals\":\\{[^}]*}", "\"totals\":null")),
  BEST_IN_THE_FUTURE(
      file ->
          file.replace(
              "progress",
              "\"best\":(null|\\{[^}]*})",
              "\"best\":{\"epoch\":999,\"validationAccuracy\":0.5}")),
  THRESHOLDS_NULL(
      file -> file.replace("skipping", "\"thresholds\":\\[[^]]*]", "\"thresholds\":null")),
  BLEND_NULL(file -> file.replace("skipping", "\"blend\":\"[^\"]*\"", "\"blend\":null")),
  GATES_HALF(file -> file.tensor("epoch.gates", Resealed.zeros(ElementType.F16, 1, 48))),
  GATES_BEYOND_THE_EPOCH(
      file -> file.tensor("epoch.gates", Resealed.zeros(ElementType.F32, 1, 100_000))),
  GATES_EMPTY_OF_MANY(
      file -> file.tensor("epoch.gates", Resealed.zeros(ElementType.F32, 0, 1L << 62))),
  GATES_MANY_OF_NONE(
      file -> file.tensor("epoch.gates", Resealed.zeros(ElementType.F32, 100_000_000, 0))),
  WEIGHTS_INTEGER(
      file ->
          file.tensor(
              "model.conv1.weight",
              Resealed.zeros(ElementType.I32, file.tensor("model.conv1.weight").shape()))),
  WEIGHTS_HALF(
      file ->
          file.tensor(
              "model.fc.weight",
              Resealed.zeros(ElementType.F16, file.tensor("model.fc.weight").shape()))),
  WEIGHTS_NAN(
      file ->
          file.tensor(
              "model.conv1.weight", Resealed.filled(file.tensor("model.conv1.weight"), Float.NaN))),
  WEIGHTS_INFINITE(
      file ->
          file.tensor(
              "model.fc.weight",
              Resealed.filled(file.tensor("model.fc.weight"), Float.POSITIVE_INFINITY))),
  VARIANCE_NEGATIVE(
      file ->
          file.tensor(
              "model.bn1.running_var", Resealed.filled(file.tensor("model.bn1.running_var"), -1))),
  VARIANCE_NAN(
      file ->
          file.tensor(
              "model.bn1.running_var",
              Resealed.filled(file.tensor("model.bn1.running_var"), Float.NaN))),
  VELOCITY_NAN(
      file ->
          file.tensor(
              "optimizer.main.velocity",
              Resealed.filled(file.tensor("optimizer.main.velocity"), Float.NaN))),
  VELOCITY_SHORT(
      file -> file.tensor("optimizer.main.velocity", Resealed.zeros(ElementType.F32, 3))),
  DYNAMICS_OF_FLOATS(
      file -> file.tensor("epoch.dynamics.correct", Resealed.zeros(ElementType.F32, 48))),
  DEPTH_OTHER(file -> file.replace("config", "depth: 14", "depth: 20")),
  DEPTH_HUGE(file -> file.replace("config", "depth: 14", "depth: 6000002"));

  private final Consumer<Resealed> change;

  Crafted(Consumer<Resealed> change) {
    this.change = change;
  }

  /** The readers that use a network; a report only shows recorded figures. */
  List<OfCheckpoint> readers() {
    if (this == DYNAMICS_OF_FLOATS) {
      return List.of(RESUME); // no other reader uses them
    }
    return this == THRESHOLDS_NULL || this == BLEND_NULL
        ? List.of(EVAL, PREDICT, SCORE, INIT, SKIP, SERVE) // the other runs have no gate
        : List.of(EVAL, PREDICT, RESUME, SCORE, INIT, SKIP, EXTRACT, SERVE);
  }

  CommandRun run(OfCheckpoint reader, Corpus corpus, Path work) throws IOException {
    Battery.delete(work);
    Path run = work.resolve("run");
    Path file = corpus.copyFor(reader, run);
    Resealed crafted = Resealed.of(file);
    change.accept(crafted);
    crafted.write(file);
    return Readers.read(reader, run, corpus);
  }
}
