package dev.softgate.report;

import java.util.List;

/** What a network still says with one unit put back to an earlier epoch: {@code rewind.csv}. */
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
              "The weights and statistics of one unit are those after the epoch of the line, all"
                  + " others the trained network's; the dashed line is the trained network"
                  + " itself."));
    }
    return new Section("rewind", "Where labels are held", blocks);
  }
}
