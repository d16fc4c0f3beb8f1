package dev.softgate.cli;

import dev.softgate.interop.OneLine;
import dev.softgate.study.Suspect;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Suspects as a table that fits the width of a terminal. */
final class SuspectsText {

  private static final int MOST_CLASS = 16;
  private static final int LEAST_IMAGE = 12;
  private static final int LEAST_REASON = 12;

  /** Rank and mark, and the gaps between five columns. */
  private static final int OTHERS = 4 + 4 * 2;

  private SuspectsText() {}

  /**
   * Prints suspects in their order; a star marks the flagged ones.
   *
   * @param columns the width of the terminal in characters
   */
  static void print(List<Suspect> suspects, int columns, PrintWriter out) {
    if (suspects.isEmpty()) {
      return;
    }
    Path here = Path.of("").toAbsolutePath();
    Function<Suspect, String> image = suspect -> image(suspect, here);
    int classes = width(suspects, Suspect::given, MOST_CLASS, "given");
    int others = width(suspects, Suspect::suggested, MOST_CLASS, "suggested");
    int room = columns - 1 - OTHERS - classes - others;
    int reasons = width(suspects, Suspect::reason, Integer.MAX_VALUE, "reason");
    int images =
        width(
            suspects,
            image,
            Math.max(LEAST_IMAGE, Math.max(room * 2 / 5, room - reasons)),
            "image");
    reasons = Math.max(LEAST_REASON, room - images);
    TextTable table = new TextTable("", "image", "given", "suggested", "reason");
    for (int i = 0; i < suspects.size(); i++) {
      Suspect suspect = suspects.get(i);
      table.row(
          String.format(Locale.ROOT, "%3d%s", i + 1, suspect.flagged() ? "*" : ""),
          TextWidth.end(image.apply(suspect), images),
          TextWidth.start(OneLine.of(suspect.given()), classes),
          TextWidth.start(OneLine.of(suspect.suggested()), others),
          TextWidth.start(OneLine.of(suspect.reason()), reasons));
    }
    table.print(out);
  }

  /** The path of the image, relative to the working folder if it is below that. */
  private static String image(Suspect suspect, Path here) {
    Path file = suspect.file();
    if (file == null) {
      return suspect.image();
    }
    return OneLine.of(file.startsWith(here) ? here.relativize(file) : file);
  }

  private static int width(
      List<Suspect> suspects, Function<Suspect, String> text, int most, String heading) {
    int widest =
        suspects.stream()
            .mapToInt(each -> TextWidth.of(OneLine.of(text.apply(each))))
            .max()
            .orElse(0);
    return Math.min(most, Math.max(widest, heading.length()));
  }
}
