package dev.softgate.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A section of the page; one without blocks is left out.
 *
 * @param id names it in addresses
 */
public record Section(String id, String title, List<SectionElement> blocks) {

  /** Copies the list. */
  public Section {
    blocks = List.copyOf(blocks);
  }

  /** What there is of each run, in a new list; where there are several runs, under its name. */
  static List<SectionElement> byRun(
      List<ReportedRun> runs, Function<ReportedRun, List<SectionElement>> of) {
    List<SectionElement> blocks = new ArrayList<>();
    for (ReportedRun run : runs) {
      List<SectionElement> own = of.apply(run);
      if (runs.size() > 1 && !own.isEmpty()) {
        blocks.add(new SectionElement.Heading(run.name()));
      }
      blocks.addAll(own);
    }
    return blocks;
  }

  /** Of the blocks that there are. */
  static Section of(String id, String title, @Nullable SectionElement... blocks) {
    return new Section(
        id,
        title,
        Arrays.stream(blocks).filter(Objects::nonNull).<SectionElement>map(b -> b).toList());
  }
}
