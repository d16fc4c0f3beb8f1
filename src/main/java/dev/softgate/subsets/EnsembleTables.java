package dev.softgate.subsets;

import dev.softgate.interop.CsvTable;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import dev.softgate.scoring.memorization.InfluenceSearch;
import dev.softgate.scoring.memorization.SubsetEstimates;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Writes the tables of an ensemble.
 *
 * @param folder where they go
 * @param images the images that subsets were drawn from, and the test images
 */
record EnsembleTables(EnsembleFolder folder, ModelPredictions images) {

  private static final String MEMORIZATION =
      "id,given,memorization,memorization_error,memorization_probability,held_out_accuracy,"
          + "held_out_probability";

  /**
   * Writes {@code memorization.csv}: what the ensemble tells about each image, in ascending order
   * of ids. A cell is empty where no network, or every one, was trained on the image.
   */
  void writeMemorization(SubsetEstimates estimates) {
    Table.write(
        folder.memorization(),
        MEMORIZATION,
        IntStream.range(0, images.ids().length),
        i ->
            images.ids()[i]
                + ","
                + images.given()[i]
                + Table.cell(estimates.memorization(i))
                + Table.cell(estimates.error(i))
                + Table.cell(estimates.probability(i))
                + Table.cell(estimates.heldOutAccuracy(i))
                + Table.cell(estimates.heldOutProbability(i)));
  }

  /**
   * Writes what networks predict for the images that they were not trained on: {@code
   * held-out.csv}, and {@code held-out-labels.csv} with {@code held-out-probabilities.safetensors}
   * for {@code softgate labels}. Images that all networks were trained on are missing.
   */
  void writeHeldOut(SubsetEstimates estimates) {
    int[] places =
        IntStream.range(0, images.ids().length)
            .filter(place -> estimates.heldOut(place) > 0)
            .toArray();
    int classes = images.classes();
    float[] probabilities = new float[Math.multiplyExact(places.length, classes)];
    for (int row = 0; row < places.length; row++) {
      double[] own = estimates.heldOutProbabilities(places[row]);
      for (int k = 0; k < classes; k++) {
        probabilities[row * classes + k] = (float) own[k];
      }
    }
    Table.write(
        folder.heldOut(),
        "id,given,networks,predicted,probability_predicted,variance,entropy",
        IntStream.of(places),
        i -> heldOut(i, estimates));
    Table.write(
        folder.heldOutLabels(),
        "index,given",
        IntStream.of(places),
        i -> images.ids()[i] + "," + images.given()[i]);
    Safetensors.write(
        folder.heldOutProbabilities(),
        Map.of("probabilities", HostTensor.ofFloats(probabilities, places.length, classes)),
        Map.of());
  }

  private String heldOut(int image, SubsetEstimates estimates) {
    double[] p = estimates.heldOutProbabilities(image);
    int predicted = 0;
    double entropy = 0;
    for (int k = 0; k < p.length; k++) {
      predicted = p[k] > p[predicted] ? k : predicted;
      entropy -= p[k] > 0 ? p[k] * Math.log(p[k]) : 0;
    }
    return images.ids()[image]
        + ","
        + images.given()[image]
        + ","
        + estimates.heldOut(image)
        + ","
        + predicted
        + Table.cell(p[predicted])
        + Table.cell(estimates.heldOutVariance(image))
        + Table.cell(entropy);
  }

  /** Writes {@code influence.csv}: the pairs above the bound, the most influential first. */
  void writeInfluence(InfluenceSearch.Found found) {
    List<InfluenceSearch.Pair> pairs = found.pairs();
    Table.write(
        folder.influence(),
        "train,test,influence,error",
        IntStream.range(0, pairs.size()),
        i ->
            images.ids()[pairs.get(i).train()]
                + ","
                + images.testIds()[pairs.get(i).test()]
                + Table.cell(pairs.get(i).influence())
                + Table.cell(pairs.get(i).error()));
  }

  /** Writes {@code classes.csv}. */
  void writeClasses(List<ClassSummary> classes) {
    Table.write(
        folder.classes(),
        "class,name,images,memorized,memorization,memorization_probability,held_out_accuracy,"
            + "held_out_probability",
        IntStream.range(0, classes.size()),
        k -> {
          ClassSummary own = classes.get(k);
          return k
              + ","
              + CsvTable.quoted(own.name())
              + ","
              + own.images()
              + ","
              + own.memorized()
              + Table.cell(own.memorization())
              + Table.cell(own.memorizationProbability())
              + Table.cell(own.heldOutAccuracy())
              + Table.cell(own.heldOutProbability());
        });
  }

  /** Writes {@code proxies.csv}. */
  void writeProxies(List<Proxies.Correlation> proxies) {
    Table.write(
        folder.proxies(),
        "score,images,memorization,memorization_low,memorization_high,memorization_probability,"
            + "memorization_probability_low,memorization_probability_high",
        IntStream.range(0, proxies.size()),
        i -> {
          Proxies.Correlation own = proxies.get(i);
          return CsvTable.quoted(own.score())
              + ","
              + own.images()
              + Table.cell(own.memorization().value())
              + Table.cell(own.memorization().low())
              + Table.cell(own.memorization().high())
              + Table.cell(own.memorizationProbability().value())
              + Table.cell(own.memorizationProbability().low())
              + Table.cell(own.memorizationProbability().high());
        });
  }
}
