package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.review.ReviewRequest;
import dev.softgate.review.ReviewServer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code softgate review}: a page to decide about suspect labels one by one. */
@Command(
    name = "review",
    description = {
      "Decide about suspect labels one by one, in a page of your browser.",
      "",
      "The page shows one image at a time, its given and its suggested label, and similar images"
          + " of both. Keys keep the label, change it, remove the image, skip it, or undo. Every"
          + " decision is on the disk before the next image shows, so the page can be closed at any"
          + " time; repeat the command to continue. The page is served on this machine only, at an"
          + " address with a secret, which is the only line on standard output.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate review runs/NAME",
      "  softgate review scored --port 8080 --no-browser",
      "  softgate review suspects.csv --decisions mine.csv"
    })
final class ReviewCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(ReviewCommand.class);

  private static final int MOST_PORT = 65_535;
  private static final int POLL_MILLIS = 100;

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "RUN|DIR|SUSPECTS.csv",
      description =
          "A scored run, the folder that score --out wrote, or a table with the columns file (or"
              + " index), given and suggested.")
  Path source;

  @Option(
      names = "--decisions",
      paramLabel = "FILE",
      description = "The file of decisions (decisions.csv beside the suspects)")
  @Nullable Path decisions;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "The port on loopback; 0 for any free one (${DEFAULT-VALUE})")
  int port;

  @Option(names = "--no-browser", description = "Do not open a browser.")
  boolean noBrowser;

  @Mixin
  SettingOptions settings = SettingOptions.of().and("the recorded one", "dataset", "data-dir");

  @Override
  public Integer call() throws InterruptedException {
    if (port < 0 || port > MOST_PORT) {
      throw new BadInputException(
          "--port: must be from 0 to %d, found %d".formatted(MOST_PORT, port));
    }
    try (ReviewServer server =
            ReviewServer.start(new ReviewRequest(source, decisions, port, settings.given()));
        ProgressListener progress = ProgressListener.forStandardError();
        Interruption interruption = Interruption.watch(progress::clear)) {
      LOG.info("{}", server.describe());
      spec.commandLine().getOut().println(server.address());
      spec.commandLine().getOut().flush();
      if (noBrowser || !Browser.open(server.addressOnce())) {
        LOG.info("open the address above in a browser; Ctrl-C ends the review");
      }
      while (!server.awaitFinish(POLL_MILLIS)) {
        if (interruption.getAsBoolean()) {
          LOG.info("all decisions are saved; continue with: {}", CommandText.of(spec));
          return interruption.exitCode();
        }
      }
      LOG.info("finished; next: {}", server.next());
      return ExitCode.OK;
    }
  }
}
