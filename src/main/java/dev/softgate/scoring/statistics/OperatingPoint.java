package dev.softgate.scoring.statistics;

/**
 * What flagging all images up to one score does: a point of the ROC curve (recall over false
 * positive rate) and of the precision–recall curve.
 *
 * @param flagged how many images are flagged
 * @param recall share of the wrong labels that are flagged
 * @param falsePositiveRate share of the right labels that are flagged
 * @param precision share of the flagged whose label is wrong
 */
public record OperatingPoint(
    int flagged, double recall, double falsePositiveRate, double precision) {}
