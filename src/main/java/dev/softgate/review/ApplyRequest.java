package dev.softgate.review;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A request for {@code apply}.
 *
 * @param decisions the file of decisions
 * @param dataset the set that they are about, such as {@code folder:DIR}; null if it is not known
 * @param labels the label file that the images had when they were decided; null for none
 * @param out the label file to write; null for none
 * @param copyTo the folder to copy the images to; null for none
 * @param dryRun whether to report only, without writing
 */
public record ApplyRequest(
    Path decisions,
    @Nullable String dataset,
    @Nullable Path labels,
    @Nullable Path out,
    @Nullable Path copyTo,
    boolean dryRun) {}
