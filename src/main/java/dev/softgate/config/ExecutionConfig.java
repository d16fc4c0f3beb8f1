package dev.softgate.config;

import dev.softgate.Range;
import dev.softgate.engine.Compute;
import dev.softgate.engine.Engine;
import dev.softgate.engine.Precision;
import dev.softgate.model.ModelSpec;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Where and how a run computes and what it writes. */
public record ExecutionConfig(
    @Setting(
            help = "Engine of the computation: {choices}",
            label = "NAME",
            value = "auto",
            affects = Affects.ROUNDING)
        Engine engine,
    @Setting(help = "Arithmetic: {choices}", value = "auto") Precision precision,
    @Setting(
            help = "Threads of the computation; 0 for all cores",
            value = "0",
            affects = Affects.ROUNDING)
        @Range(from = 0, to = 4_096)
        int threads,
    @Setting(
            help =
                "Images side by side where onednn computes weight gradients: auto, the fastest"
                    + " here; none; or by width ({default}), such as 8=8, up to 8 images of maps up"
                    + " to 8 pixels wide",
            label = "LAYOUT",
            value = "auto",
            form = Form.CANVAS,
            earlier = "none",
            affects = Affects.ROUNDING)
        String canvas,
    @Setting(
            help =
                "Device of the computation: cpu; cuda, or cuda:1 by number, a graphics card; auto,"
                    + " cuda where it can be used",
            value = "cpu",
            form = Form.DEVICE,
            affects = Affects.ROUNDING)
        String device,
    @Setting(
            help = "The folder of the run folders",
            label = "DIR",
            value = "runs",
            affects = Affects.FOLDER,
            published = "--save-dir")
        Path runsDir,
    @Setting(
            help = "Name of the run's folder; made from the configuration where absent",
            form = Form.FOLDER_NAME,
            affects = Affects.FOLDER)
        @Nullable String name,
    @Setting(
            help = "Test after every N-th epoch; 0 for only at the end",
            value = "1",
            affects = Affects.RECORD)
        @Range(from = 0, to = 1_000_000)
        int testEvery,
    @Setting(
            help = "Minutes between checkpoints within an epoch; decimals allowed",
            label = "T",
            value = "0.5",
            affects = Affects.SESSION)
        @Range(from = 0, above = true)
        double checkpointMinutes,
    @Setting(
            help = "Keep the network after every N-th epoch, and that before the first; 0 for none",
            value = "0",
            earlier = "0",
            affects = Affects.RECORD)
        @Range(from = 0, to = 1_000_000)
        int keepEvery,
    @Setting(
            help =
                "Keep loss, margin, g and more of every training image in every epoch: augmented, "
                    + "as it was trained on; plain, in one more pass an epoch; or none",
            value = "augmented",
            earlier = "none")
        Dynamics dynamics,
    @Setting(
            help = "Stop, resumably, after so long: 90s, 30m, 1h30m; none for no limit",
            form = Form.LONGER_THAN_NOTHING,
            affects = Affects.SESSION)
        @Nullable Duration timeLimit,
    @Setting(
            help =
                "On several processes: how long one may take to appear, and not answer, until the"
                    + " others end",
            value = "1m",
            earlier = "1m",
            form = Form.LONGER_THAN_NOTHING,
            affects = Affects.SESSION)
        Duration timeout) {

  /**
   * The engine, precision, threads and device that these settings mean for a network on this
   * machine.
   *
   * @throws dev.softgate.BadInputException if the engine does not support the network or the
   *     device, or the device cannot be used
   */
  public Compute compute(ModelSpec spec) {
    return Compute.choose(engine, precision, threads, device, spec).withCanvas(canvas);
  }

  /** The number of threads for work without a network: {@link #threads}, or all cores. */
  public int cores() {
    return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
  }
}
