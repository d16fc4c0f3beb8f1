package dev.softgate.study;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@code features}.
 *
 * @param out the file with the features
 * @param table the table of the rows, beside a {@code .npy} file; else null
 * @param images N
 * @param dimensions D
 * @param unreadable how many files were left out because they cannot be read
 * @param stages the stages whose features lie side by side in a row, from 1
 * @param views how many views of an image lie side by side in a row
 * @param network the network's file, or {@code built-in}
 * @param networkSha256 the hash of that file
 * @param dataset the name of the set
 * @param split the part of it
 * @param engine what computed the network
 * @param precision the precision of that
 */
public record FeaturesReport(
    Path out,
    @Nullable Path table,
    int images,
    int dimensions,
    int unreadable,
    List<Integer> stages,
    int views,
    String network,
    String networkSha256,
    String dataset,
    String split,
    String engine,
    String precision,
    int threads) {

  /** Copies the list. */
  public FeaturesReport {
    stages = List.copyOf(stages);
  }
}
