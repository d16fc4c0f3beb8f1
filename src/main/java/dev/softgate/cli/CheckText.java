package dev.softgate.cli;

import dev.softgate.data.check.Issue;
import dev.softgate.data.check.Issue.Finding;
import dev.softgate.data.check.IssueKind;
import dev.softgate.data.check.SetReport;
import dev.softgate.data.check.SetReport.ClassCount;
import dev.softgate.data.check.SetReport.Sizes;
import dev.softgate.interop.OneLine;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A check of a set for readers: what is in it, then each problem with three examples. */
final class CheckText {

  private static final int EXAMPLES = 3;

  private final SetReport report;
  private final PrintWriter out;

  private CheckText(SetReport report, PrintWriter out) {
    this.report = report;
    this.out = out;
  }

  static void print(SetReport report, PrintWriter out) {
    CheckText text = new CheckText(report, out);
    text.counts();
    text.problems();
    out.flush();
  }

  private void counts() {
    LabeledLines lines =
        new LabeledLines().add("data set", OneLine.of(report.dataset())).add("images", images());
    lines.add("classes", classes());
    Sizes sizes = report.sizes();
    if (sizes != null) {
      lines.add(
          "sizes",
          sizes.distinct() == 1
              ? text("%s pixels", size(sizes.least()))
              : text(
                  "%,d, from %s to %s pixels",
                  sizes.distinct(), size(sizes.least()), size(sizes.greatest())));
      lines.add(
          "formats",
          report.formats().entrySet().stream()
              .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
              .map(format -> text("%,d %s", format.getValue(), format.getKey()))
              .collect(Collectors.joining(", ")));
    }
    lines.print(out);
  }

  private String images() {
    String parts =
        Stream.of(
                text("%,d train", report.trainImages()),
                report.validationImages() == 0
                    ? ""
                    : text("%,d validation", report.validationImages()),
                text("%,d test", report.testImages()))
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(", "));
    return text("%,d: %s", report.images(), parts);
  }

  private String classes() {
    List<ClassCount> ascending =
        report.classCounts().stream().sorted(Comparator.comparingInt(ClassCount::train)).toList();
    ClassCount least = ascending.get(0);
    ClassCount greatest = ascending.get(ascending.size() - 1);
    if (least.train() == greatest.train()) {
      return text("%,d of %,d training images each", report.classes(), least.train());
    }
    Double imbalance = report.imbalance();
    return text(
        "%,d, from %,d (%s) to %,d (%s) training images%s",
        report.classes(),
        least.train(),
        OneLine.of(least.name()),
        greatest.train(),
        OneLine.of(greatest.name()),
        imbalance == null ? "" : text(", a ratio of %.1f", imbalance));
  }

  private void problems() {
    for (Issue issue : report.issues()) {
      out.println();
      out.println(text("%s: %s. %s", issue.issue().title(), count(issue), issue.issue().advice()));
      issue.findings().stream().limit(EXAMPLES).forEach(found -> out.println("    " + line(found)));
      if (issue.findings().size() > EXAMPLES) {
        out.println(text("    and %,d more", issue.findings().size() - EXAMPLES));
      }
    }
    out.println();
    report
        .common()
        .forEach(
            common ->
                out.println(
                    text(
                        "%,d of %,d images are %s: not listed, because most are.",
                        common.images(),
                        report.images(),
                        common.property() == IssueKind.GRAYSCALE
                            ? "gray"
                            : common.property().title())));
    out.println(
        report.issues().isEmpty()
            ? "No problems found."
            : "--html FILE shows the images; --json lists them all.");
  }

  private static String count(Issue issue) {
    int found = issue.findings().size();
    String images = text("%,d image%s", issue.images(), issue.images() == 1 ? "" : "s");
    if (issue.issue() == IssueKind.SMALL_CLASSES) {
      return text("%,d", found);
    }
    if (issue.issue() == IssueKind.UNREADABLE) {
      return text("%,d file%s", found, found == 1 ? "" : "s");
    }
    boolean grouped = issue.findings().get(0).images().size() > 1;
    return grouped ? text("%s in %,d group%s", images, found, found == 1 ? "" : "s") : images;
  }

  private String line(Finding found) {
    String names =
        found.images().stream()
            .limit(EXAMPLES)
            .map(report::relative)
            .collect(Collectors.joining(", "));
    int more = found.images().size() - EXAMPLES;
    return OneLine.of(
        Stream.of(names + (more > 0 ? text(" and %,d more", more) : ""), found.note())
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(": ")));
  }

  private static String size(List<Integer> widthAndHeight) {
    return text("%d×%d", widthAndHeight.get(0), widthAndHeight.get(1));
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
