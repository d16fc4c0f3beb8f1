package dev.softgate.run;

import java.nio.file.Path;

/**
 * How a training ended.
 *
 * @param run the run's folder
 * @param interrupted whether it stopped because it was asked to, with its state saved
 * @param summary the content of {@code summary.json}
 */
public record TrainOutcome(Path run, boolean interrupted, Summary summary) {}
