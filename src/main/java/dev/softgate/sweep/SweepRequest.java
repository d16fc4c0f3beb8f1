package dev.softgate.sweep;

import dev.softgate.BadInputException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which sweep, and how the command line changes it.
 *
 * @param file in YAML; null for a preset
 * @param preset a sweep that comes with the program; null for a file
 * @param name the name of the sweep's folder; null for the file's
 * @param scale fraction of the epochs and images, in (0, 1]
 * @param overrides settings of all runs, as on the command line
 */
public record SweepRequest(
    @Nullable Path file,
    @Nullable String preset,
    @Nullable String name,
    double scale,
    Map<String, String> overrides) {

  /** Copies the overrides. */
  public SweepRequest {
    overrides = new LinkedHashMap<>(overrides);
  }

  SweepFile read() {
    if ((file == null) == (preset == null)) {
      throw new BadInputException("specify a file that describes the sweep, or a {preset}");
    }
    return file != null ? SweepFile.read(file) : SweepFile.preset(String.valueOf(preset));
  }
}
