package dev.softgate.labels;

import dev.softgate.scoring.labels.LabelFilter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A request for {@code labels}.
 *
 * @param given a CSV file with the labels, see {@link GivenLabels}
 * @param probabilities a file with a row for each label, see {@link ProbabilityFile}
 * @param tensor the name of the tensor in a {@code .safetensors} file; null for its only one
 * @param filter the rule that flags labels
 * @param out the table to write
 */
public record LabelsRequest(
    Path given, Path probabilities, @Nullable String tensor, LabelFilter filter, Path out) {}
