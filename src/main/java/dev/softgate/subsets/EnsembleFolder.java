package dev.softgate.subsets;

import dev.softgate.BadInputException;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.sweep.SweepFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The folder of an ensemble:
 *
 * <ul>
 *   <li>{@code config.yaml}, {@code subsets.json}: what all networks have in common
 *   <li>{@code subsets/model-0000.csv}: the images that a network is not trained on, a label file
 *   <li>{@code models/model-0000/}: its run
 *   <li>{@code predictions/model-0000.safetensors}: its predictions; see {@link ModelPredictions}
 *   <li>{@code memorization.csv} and other tables: what {@code --collect} writes
 * </ul>
 *
 * @param path the folder's path
 */
public record EnsembleFolder(Path path) {

  private static final String PREDICTIONS = "predictions";
  private static final String ENDING = ".safetensors";

  /** The name of a network's run. */
  static String name(int model) {
    return String.format(Locale.ROOT, "model-%04d", model);
  }

  /** The configuration that all networks have in common. */
  Path config() {
    return path.resolve("config.yaml");
  }

  /** What else they have in common; see {@link EnsembleRecord}. */
  Path record() {
    return path.resolve("subsets.json");
  }

  Path labels(int model) {
    return path.resolve("subsets").resolve(name(model) + ".csv");
  }

  /** The folder of the runs. */
  public SweepFolder models() {
    return new SweepFolder(path.resolve("models"));
  }

  Path predictions(int model) {
    return path.resolve(PREDICTIONS).resolve(name(model) + ENDING);
  }

  /** The files of all networks' predictions, in the order of the networks. */
  List<Path> allPredictions() {
    Path folder = path.resolve(PREDICTIONS);
    try (Stream<Path> files = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).matches("model-\\d{4}\\" + ENDING))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  /** What networks predict for images that they were not trained on. */
  Path heldOut() {
    return path.resolve("held-out.csv");
  }

  /** The labels of these images, for {@code softgate labels --given}. */
  Path heldOutLabels() {
    return path.resolve("held-out-labels.csv");
  }

  /** Their out-of-sample probabilities, for {@code softgate labels --probabilities}. */
  Path heldOutProbabilities() {
    return path.resolve("held-out-probabilities.safetensors");
  }

  /** The pairs of training and test images. */
  Path influence() {
    return path.resolve("influence.csv");
  }

  /** The table of the classes. */
  Path classes() {
    return path.resolve("classes.csv");
  }

  /** The rank correlations of cheap scores with memorization. */
  Path proxies() {
    return path.resolve("proxies.csv");
  }

  /** Which images a run was probably trained on. */
  Path membership() {
    return path.resolve("membership.csv");
  }

  /** The table of the images; see {@link EnsembleTables}. */
  public Path memorization() {
    return path.resolve("memorization.csv");
  }

  /** Makes the folders; BadInputException if that fails. */
  void prepare() {
    try {
      for (String name : List.of("subsets", "models", PREDICTIONS)) {
        Files.createDirectories(path.resolve(name));
      }
    } catch (IOException e) {
      throw new BadInputException("%s: cannot make the ensemble's folder; choose another", path);
    }
    AtomicFiles.requireWritableFolder(path);
  }
}
