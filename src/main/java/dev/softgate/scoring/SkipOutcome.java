package dev.softgate.scoring;

import java.util.List;

/**
 * The outcome of skipping with given thresholds on some images.
 *
 * @param thresholds one per gate: an image skips if its g is below
 * @param accuracy the fraction of images classified as labeled
 * @param skipRates the fraction of images that skip, by gate
 */
public record SkipOutcome(List<Double> thresholds, double accuracy, List<Double> skipRates) {}
