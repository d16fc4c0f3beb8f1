package dev.softgate.scoring.statistics;

/**
 * The result of flagging all images up to one score: a point of the ROC curve (recall over false
 * positive rate) and of the precision–recall curve.
 *
 * @param flagged the number of flagged images
 * @param recall the share of the wrong labels that are flagged
 * @param falsePositiveRate the share of the right labels that are flagged
 * @param precision the share of the flagged images whose label is wrong
 */
public record OperatingPoint(
    int flagged, double recall, double falsePositiveRate, double precision) {}
