package dev.softgate.labels;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@code labels}.
 *
 * @param images N
 * @param classes K
 * @param flagged the number of labels that seem wrong
 * @param noiseRate the estimated fraction of wrong labels; null if the model is too weak to tell
 * @param tooWeak why it is; null if it is not
 * @param filter the rule that flagged labels
 * @param classesNotJudged the classes with a single image, whose label is never flagged
 * @param out the table
 */
public record LabelsReport(
    int images,
    int classes,
    int flagged,
    @Nullable Double noiseRate,
    @Nullable String tooWeak,
    String filter,
    List<String> classesNotJudged,
    Path out) {}
