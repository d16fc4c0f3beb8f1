package dev.softgate.report;

import java.util.List;

/** A network's predictions with one unit put back to an earlier epoch, from {@code rewind.csv}. */
final class RewindSection {

  private RewindSection() {}

  static Section of(List<ReportedRun> runs) {
    List<SectionElement> blocks =
        Section.byRun(
            runs,
            run ->
                run.rewind() == null
                    ? List.of()
                    : List.of(SectionElement.Charts.of(run.rewind().chart())));
    if (!blocks.isEmpty()) {
      blocks.add(
          new SectionElement.Note(
              "One unit has its weights and statistics from the epoch of the line; all others are"
                  + " those of the trained network. The dashed line is the trained network."));
    }
    return new Section("rewind", "Where labels are held", blocks);
  }
}
