package dev.softgate.cli;

import java.util.Locale;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows how many images are checked: as a live bar on a terminal, otherwise as lines in the log. */
final class CheckProgress implements IntConsumer, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CheckProgress.class);

  /** Sets with fewer images are done before a line in the log would be read. */
  private static final int FEW = 5_000;

  private static final int LINES = 10;

  private final int images;
  private final @Nullable LiveLine line = LiveLine.onStandardError();

  CheckProgress(int images) {
    this.images = images;
  }

  @Override
  public void accept(int done) {
    if (line != null) {
      line.show("check", done, images, details(done));
    } else if (images >= FEW && done * (long) LINES / images > (done - 1L) * LINES / images) {
      LOG.info("{} checked", details(done));
    }
  }

  private String details(int done) {
    return String.format(Locale.ROOT, "%,d of %,d images", done, images);
  }

  @Override
  public void close() {
    if (line != null) {
      line.clear();
    }
  }
}
