package dev.softgate.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A section of the page, with its anchor; empty sections are left out. */
public record Section(String id, String title, List<SectionElement> blocks) {

  public Section {
    blocks = List.copyOf(blocks);
  }

  /** Collects each run's blocks in a new list; if there are several runs, under their names. */
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

  /** A section of the blocks that are not null. */
  static Section of(String id, String title, @Nullable SectionElement... blocks) {
    return new Section(
        id,
        title,
        Arrays.stream(blocks).filter(Objects::nonNull).<SectionElement>map(b -> b).toList());
  }
}
