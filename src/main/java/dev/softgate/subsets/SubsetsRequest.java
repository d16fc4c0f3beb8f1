package dev.softgate.subsets;

import dev.softgate.config.RunConfig;
import dev.softgate.run.Shard;
import java.nio.file.Path;

/**
 * Which ensemble to train.
 *
 * @param config the configuration of all networks, as asked for
 * @param out the ensemble's folder
 * @param models how many networks
 * @param fraction the share of the images that each is trained on, in (0, 1)
 * @param jobs how many networks to train at once
 * @param shard the networks that this process trains
 * @param retryFailed whether networks whose training failed before are tried again
 * @param keepWeights whether the weights stay after a network has predicted
 */
public record SubsetsRequest(
    RunConfig config,
    Path out,
    int models,
    double fraction,
    int jobs,
    Shard shard,
    boolean retryFailed,
    boolean keepWeights) {}
