package dev.softgate.report;

import dev.softgate.BadInputException;
import dev.softgate.SoftgateVersion;
import dev.softgate.chart.ChartStyle;
import dev.softgate.data.ImageSet;
import dev.softgate.data.check.CheckedImage;
import dev.softgate.data.check.CheckedSet;
import dev.softgate.data.check.CheckedSet.Content;
import dev.softgate.data.check.Issue;
import dev.softgate.data.check.Issue.Finding;
import dev.softgate.data.check.IssueKind;
import dev.softgate.data.check.SetReport;
import dev.softgate.data.check.SetReport.ClassCount;
import dev.softgate.data.decoding.ImageDecoder.Size;
import dev.softgate.data.decoding.Resampling;
import dev.softgate.interop.AtomicFiles;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One self-contained page about what is wrong with a set of images: thumbnails of each problem. */
public final class CheckPage {

  /** The most images that are shown of a problem. */
  private static final int MOST_IMAGES = 60;

  /** The most images that are shown of a group. */
  private static final int MOST_OF_GROUP = 6;

  /** The most findings without an image that are listed. */
  private static final int MOST_LINES = 200;

  /** The longer side to which images are reduced before {@link Thumbnail} draws them. */
  private static final int THUMBNAIL_SIDE = 64;

  private final CheckedSet images;
  private final SetReport report;

  private CheckPage(CheckedSet images, SetReport report) {
    this.images = images;
    this.report = report;
  }

  /** Writes the page atomically. */
  public static void write(Path file, CheckedSet images, SetReport report) {
    StringOutput html = new StringOutput();
    TemplateEngine.createPrecompiled(ContentType.Html)
        .render(
            "page.jte",
            Map.of("page", new CheckPage(images, report).page(), "style", ChartStyle.css()),
            html);
    AtomicFiles.writeString(file, html.toString());
  }

  private Page page() {
    List<Section> sections = new ArrayList<>();
    for (Issue issue : report.issues()) {
      sections.add(section(issue));
    }
    sections.add(Section.of("classes", "Classes", classes()));
    return new Page(
        "Check of " + report.dataset(),
        List.of(
            new Page.Subject(
                0,
                report.dataset(),
                "%,d images of %,d classes in %,d files"
                    .formatted(report.images(), report.classes(), report.files()),
                report.issues().isEmpty()
                    ? "no problems found"
                    : "%,d kinds of problems".formatted(report.issues().size()))),
        sections,
        "softgate " + SoftgateVersion.current());
  }

  private SectionElement classes() {
    return new SectionElement.Table(
        List.of("class", "train", "validation", "test"),
        report.classCounts().stream()
            .map(
                (ClassCount count) ->
                    new SectionElement.Row(
                        List.of(
                            count.name(),
                            "%,d".formatted(count.train()),
                            "%,d".formatted(count.validation()),
                            "%,d".formatted(count.test())),
                        report.smallClasses().contains(count.name())))
            .toList(),
        true);
  }

  private Section section(Issue issue) {
    List<SectionElement> blocks = new ArrayList<>();
    List<SectionElement.Picture> pictures = new ArrayList<>();
    List<SectionElement.Row> lines = new ArrayList<>();
    for (Finding finding : issue.findings()) {
      int group = Math.min(MOST_OF_GROUP, finding.images().size());
      if (finding.images().isEmpty() || issue.issue() == IssueKind.UNREADABLE) {
        if (lines.size() < MOST_LINES) {
          lines.add(line(finding));
        }
      } else if (pictures.size() + group <= MOST_IMAGES) {
        for (CheckedImage image : finding.images().subList(0, group)) {
          pictures.add(picture(image, finding));
        }
      }
    }
    blocks.add(new SectionElement.Note(issue.issue().advice()));
    if (!lines.isEmpty()) {
      blocks.add(new SectionElement.Table(List.of("file or class", "problem"), lines, false));
    }
    if (!pictures.isEmpty()) {
      blocks.add(new SectionElement.Gallery(pictures));
    }
    int shown = pictures.size() + lines.size();
    if (shown < issue.images()) {
      blocks.add(
          new SectionElement.Note(
              "%,d of %,d are shown; the command's --json lists all."
                  .formatted(shown, issue.images())));
    }
    String title = issue.issue().title();
    return new Section(
        issue.issue().key(),
        "%c%s: %,d"
            .formatted(Character.toUpperCase(title.charAt(0)), title.substring(1), issue.images()),
        blocks);
  }

  private SectionElement.Row line(Finding finding) {
    return finding.images().isEmpty()
        ? SectionElement.Row.of(finding.note(), "")
        : SectionElement.Row.of(report.relative(finding.images().get(0)), finding.note());
  }

  private SectionElement.Picture picture(CheckedImage image, Finding finding) {
    return new SectionElement.Picture(
        thumbnail(image),
        report.relative(image),
        List.of(report.relative(image), image.className() + ", " + image.part(), finding.note()),
        false);
  }

  private String thumbnail(CheckedImage image) {
    try {
      return images.read(image.id(), CheckPage::thumbnail);
    } catch (BadInputException e) {
      return ""; // the file has changed since it was measured
    }
  }

  private static String thumbnail(Content content) {
    Size size = content.size();
    double scale = Math.min(1, (double) THUMBNAIL_SIDE / Math.max(size.height(), size.width()));
    Size small =
        new Size(
            Math.max(1, (int) Math.round(scale * size.height())),
            Math.max(1, (int) Math.round(scale * size.width())));
    int channels = content.planes().length / (size.height() * size.width());
    byte[] pixels = Resampling.resize(content.planes(), channels, size, small);
    return Thumbnail.dataUri(
        ImageSet.of(pixels, new int[1], channels, small.height(), small.width()), 0);
  }
}
