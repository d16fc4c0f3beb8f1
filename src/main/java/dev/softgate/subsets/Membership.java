package dev.softgate.subsets;

import dev.softgate.BadInputException;
import dev.softgate.data.DownloadListener;
import dev.softgate.run.OpenNetwork;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.scoring.memorization.MembershipInference;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.TrainingData;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How well an ensemble tells which of its images a run was trained on.
 *
 * @param members on how many of the images the run was trained
 * @param others how many it has not seen
 * @param truePositivesAtOnePercent the share of members recognized where 1 % of the others are
 *     taken for members, with its 95 % interval; null with fewer than 1,000 others
 * @param truePositivesAtOneInThousand the same at 0.1 %; null with fewer than 10,000 others
 */
public record Membership(
    int members,
    int others,
    MembershipInference.@Nullable Rate truePositivesAtOnePercent,
    MembershipInference.@Nullable Rate truePositivesAtOneInThousand) {

  private static final double ONE_PERCENT = 0.01;
  private static final double TENTH_OF_A_PERCENT = 0.001;

  /**
   * Has a run predict the ensemble's images, and writes {@code membership.csv}.
   *
   * @param target the run
   * @param files the predictions of the ensemble's networks; those of the target are left out
   * @throws BadInputException if the run is of other images, or saw all or none of them
   */
  static Membership of(
      Path target,
      EnsembleFolder folder,
      String dataSha256,
      List<Path> files,
      DownloadListener downloads) {
    TrainedNetwork trained = TrainedNetwork.open(target);
    Checkpoint checkpoint = trained.checkpoint();
    if (!dataSha256.equals(checkpoint.data().dataSha256())) {
      throw new BadInputException(
          "--target %s: it was trained on other images than the ensemble; train it with the same"
              + " {dataset} and {data-seed}",
          target);
    }
    ModelPredictions first = ModelPredictions.read(files.get(0));
    MembershipInference inference = new MembershipInference(first.given(), first.classes());
    for (Path file : files) {
      if (!isOf(file, trained.file(), folder)) {
        ModelPredictions model = ModelPredictions.read(file);
        model.requireSameImages(first, file);
        inference.add(model.subset(), model.logits());
      }
    }
    TrainingData data =
        TrainingData.load(
            checkpoint.config().with(Map.of("limit-val", "all")), downloads); // reads every image
    int[] seen = Arrays.stream(data.train()).sorted().toArray();
    double[] scores = inference.scores(logits(checkpoint, data, first.ids()));
    Table.write(
        folder.membership(),
        "id,member,score",
        IntStream.range(0, scores.length),
        i -> first.ids()[i] + "," + (has(seen, first.ids()[i]) ? 1 : 0) + Table.cell(scores[i]));
    double[] members = select(scores, first.ids(), seen, true);
    double[] others = select(scores, first.ids(), seen, false);
    if (members.length == 0 || others.length == 0) {
      throw new BadInputException(
          "--target %s: it must have been trained on some of the ensemble's images and not on"
              + " others, and at least two networks must have been trained with and without each;"
              + " found %d and %d",
          target, members.length, others.length);
    }
    return new Membership(
        members.length,
        others.length,
        MembershipInference.truePositives(members, others, ONE_PERCENT, 1),
        MembershipInference.truePositives(members, others, TENTH_OF_A_PERCENT, 1));
  }

  /** Whether predictions are those of the network in a checkpoint. */
  private static boolean isOf(Path predictions, Path checkpoint, EnsembleFolder folder) {
    String name = String.valueOf(predictions.getFileName()).replaceFirst("\\..*", "");
    Path run = folder.models().path().resolve(name);
    return checkpoint.toAbsolutePath().normalize().startsWith(run.toAbsolutePath().normalize());
  }

  private static float[] logits(Checkpoint checkpoint, TrainingData data, int[] ids) {
    try (OpenNetwork network =
        OpenNetwork.of(checkpoint, checkpoint.config().execution().compute(checkpoint.spec()))) {
      return network.evaluator().evaluate(data.dataset().train(), ids).logits();
    }
  }

  private static boolean has(int[] sorted, int id) {
    return Arrays.binarySearch(sorted, id) >= 0;
  }

  private static double[] select(double[] scores, int[] ids, int[] seen, boolean isMember) {
    return IntStream.range(0, scores.length)
        .filter(i -> has(seen, ids[i]) == isMember && !Double.isNaN(scores[i]))
        .mapToDouble(i -> scores[i])
        .toArray();
  }
}
