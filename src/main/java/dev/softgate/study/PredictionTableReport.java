package dev.softgate.study;

import java.nio.file.Path;

/**
 * The result of {@code predict --out}; {@code predictions.json} has the same contents.
 *
 * @param out the folder of the tables
 * @param predictions the table with a row for each image
 * @param unreadable the table of the files that are not images
 * @param images the number of images
 * @param unreadableFiles the number of these files
 * @param network the checkpoint
 * @param networkSha256 the hash of that file
 * @param engine what computed it
 * @param precision the precision of that
 */
public record PredictionTableReport(
    Path out,
    Path predictions,
    Path unreadable,
    int images,
    int unreadableFiles,
    Path network,
    String networkSha256,
    String engine,
    String precision,
    int threads) {}
