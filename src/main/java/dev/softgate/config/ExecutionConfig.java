package dev.softgate.config;

import dev.softgate.engine.Compute;
import dev.softgate.model.ModelSpec;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a run computes and what it writes.
 *
 * @param engine {@code libtorch}, {@code onednn}, or {@code auto} for the fastest there is
 * @param precision {@code fp32}, {@code bf16}, or {@code auto}: bf16 where the processor has it
 * @param threads of the computation; 0 for all cores
 * @param canvas how many images lie side by side where onednn computes gradients of weights, {@code
 *     WIDTH=IMAGES} for maps up to a width; {@code none}, or {@code auto} for what is fastest
 * @param device {@code cpu}
 * @param runsDir the folder that holds the run folders
 * @param name the run folder's name; null to make it from the configuration
 * @param testEvery test after every so-manieth epoch; 0 for only at the end
 * @param checkpointMinutes minutes between checkpoints within an epoch; decimals allowed
 * @param keepEvery keep the network after every so-manieth epoch, and that before the first; 0 for
 *     none
 * @param dynamics what is written down of each training image in each epoch: {@code augmented}, as
 *     it was trained on; {@code plain}, in a pass of its own as it is; or {@code none}
 * @param timeLimit stop, resumably, after this long; null for no limit. A resumption does not take
 *     it over
 */
public record ExecutionConfig(
    String engine,
    String precision,
    int threads,
    String canvas,
    String device,
    Path runsDir,
    @Nullable String name,
    int testEvery,
    double checkpointMinutes,
    int keepEvery,
    String dynamics,
    @Nullable Duration timeLimit) {

  /** The engine, precision and threads that these settings mean for a network on this machine. */
  public Compute compute(ModelSpec spec) {
    return Compute.choose(engine, precision, threads, spec).withCanvas(canvas);
  }
}
