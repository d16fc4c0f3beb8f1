package dev.softgate.review;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplyTest {

  private static final FileTime TIME = FileTime.from(Instant.parse("2020-02-03T04:05:06Z"));
  private static final CopyListener SILENT = (done, total) -> {};

  @TempDir private Path folder;
  private Path set;
  private Path target;

  /** A set of files that are never decoded: each contains its own path. */
  @BeforeEach
  void makeSet() throws IOException {
    set = folder.resolve("set");
    target = folder.resolve("out");
    for (String file :
        List.of("cat/1.png", "cat/2.png", "cat/old/3.png", "dog/1.png", "dog/2.JPG", "emu/1.png")) {
      file(set, file);
    }
  }

  private static void file(Path set, String name) throws IOException {
    Path file = set.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, name);
    Files.setLastModifiedTime(file, TIME);
  }

  private Path decisions(String... rows) throws IOException {
    StringBuilder text = new StringBuilder("file,given,decision,label,seconds\n");
    for (String row : rows) {
      text.append(set).append('/').append(row).append('\n');
    }
    return Files.writeString(folder.resolve("decisions.csv"), text.toString());
  }

  private ApplyRequest copy(Path decisions) {
    return new ApplyRequest(decisions, "folder:" + set, null, null, target, false);
  }

  private ApplyRequest labels(Path decisions, @Nullable String dataset, @Nullable Path labels) {
    return new ApplyRequest(decisions, dataset, labels, folder.resolve("l.csv"), null, false);
  }

  /** The files below a folder with their contents. */
  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readString(file));
      }
    }
    return files;
  }

  @Test
  void writesTheLabelsOfDecidedImages() throws IOException {
    Path decisions =
        decisions(
            "cat/1.png,cat,remove,,1.0",
            "cat/2.png,cat,relabel,\"dog, large\",1.0",
            "dog/1.png,dog,keep,dog,2.0",
            "cat/1.png,cat,relabel,emu,0.5");
    ApplyReport report = Apply.run(labels(decisions, null, null), SILENT);
    assertThat(folder.resolve("l.csv"))
        .hasContent(
            "file,given\n%1$s/cat/1.png,emu\n%1$s/cat/2.png,\"dog, large\"\n%1$s/dog/1.png,dog\n"
                .formatted(set));
    assertThat(List.of(report.decided(), report.kept(), report.relabeled(), report.removed()))
        .containsExactly(3, 1, 2, 0);
    assertThat(report.classes().get(0))
        .isEqualTo(new ApplyReport.ClassChange("cat", null, 0, 0, 2, 0, null));
  }

  @Test
  void carriesOverAnEarlierLabelFile() throws IOException {
    Path earlier =
        Files.writeString(
            folder.resolve("earlier.csv"),
            "file,given\ncat/1.png,dog\nemu/1.png,\nset/cat/2.png,0\n");
    Path decisions = decisions("cat/1.png,dog,relabel,emu,1", "dog/1.png,dog,remove,,1");
    Apply.run(labels(decisions, "folder:" + set, earlier), SILENT);
    assertThat(folder.resolve("l.csv"))
        .hasContent(
            "file,given\n%1$s/cat/1.png,emu\n%1$s/dog/1.png,\n%1$s/emu/1.png,\n".formatted(set));
  }

  @Test
  void carriesOverLabelsByIndex() throws IOException {
    Path earlier =
        Files.writeString(
            folder.resolve("earlier.csv"), "index,given,clean\n0,3,3\n1,4,5\n2,5,5\n");
    Path decisions =
        Files.writeString(
            folder.resolve("d.csv"),
            "index,given,decision,label,seconds\n1,deer,relabel,dog,1\n0,cat,remove,,1\n");
    Apply.run(labels(decisions, "cifar10", earlier), SILENT);
    assertThat(folder.resolve("l.csv")).hasContent("index,given,clean\n0,,3\n1,dog,5\n2,5,5\n");
    Files.writeString(earlier, "index,given\n5,1\n");
    Apply.run(labels(decisions, "cifar10", earlier), SILENT);
    assertThat(folder.resolve("l.csv")).hasContent("index,given\n5,1\n1,dog\n0,\n");
  }

  @Test
  void copiesIntoACorrectedFolder() throws IOException {
    Map<String, String> source = files(set);
    Path decisions =
        decisions(
            "cat/1.png,cat,relabel,dog,1",
            "cat/old/3.png,cat,relabel,emu,1",
            "dog/2.JPG,dog,remove,,1",
            "emu/1.png,emu,keep,emu,1");
    ApplyReport report = Apply.run(copy(decisions), SILENT);
    assertThat(files(target))
        .containsExactly(
            Map.entry("cat/2.png", "cat/2.png"),
            Map.entry("dog/1-2.png", "cat/1.png"),
            Map.entry("dog/1.png", "dog/1.png"),
            Map.entry("emu/1.png", "emu/1.png"),
            Map.entry("emu/old/3.png", "cat/old/3.png"));
    assertThat(Files.getLastModifiedTime(target.resolve("dog/1-2.png"))).isEqualTo(TIME);
    assertThat(files(set)).isEqualTo(source);
    assertThat(report.images()).isEqualTo(5);
    assertThat(report.copied()).isEqualTo(5);
    assertThat(report.classes())
        .containsExactly(
            new ApplyReport.ClassChange("cat", 3, 0, 0, 2, 0, 1),
            new ApplyReport.ClassChange("dog", 2, 0, 1, 0, 1, 2),
            new ApplyReport.ClassChange("emu", 1, 1, 1, 0, 0, 2));
    assertRejected(() -> Apply.run(copy(decisions), SILENT), "out has files already");
  }

  @Test
  void keepsSplits() throws IOException {
    set = folder.resolve("parted");
    for (String file : List.of("train/cat/1.png", "train/dog/1.png", "test/cat/1.png")) {
      file(set, file);
    }
    Apply.run(copy(decisions("test/cat/1.png,cat,relabel,dog,1")), SILENT);
    assertThat(files(target))
        .containsOnlyKeys("train/cat/1.png", "train/dog/1.png", "test/dog/1.png");
  }

  @Test
  void numbersNamesThatDifferInCaseAlone() throws IOException {
    file(set, "dog/A.png");
    file(set, "cat/a.PNG");
    Apply.run(copy(decisions("cat/a.PNG,cat,relabel,dog,1")), SILENT);
    assertThat(files(target)).containsEntry("dog/a-2.PNG", "cat/a.PNG").containsKey("dog/A.png");
  }

  @Test
  void appliesAnEarlierLabelFileToCopies() throws IOException {
    Path earlier =
        Files.writeString(folder.resolve("e.csv"), "file,given\ncat/1.png,\ncat/2.png,emu\n");
    Path decisions = decisions("cat/2.png,emu,keep,emu,1");
    Apply.run(new ApplyRequest(decisions, "folder:" + set, earlier, null, target, false), SILENT);
    assertThat(files(target))
        .containsEntry("emu/2.png", "cat/2.png")
        .doesNotContainKeys("cat/1.png", "cat/2.png");
  }

  @Test
  void completesAnInterruptedCopy() throws IOException {
    Path decisions = decisions("cat/1.png,cat,remove,,1");
    assertThatThrownBy(
            () ->
                Apply.run(
                    copy(decisions),
                    (done, total) -> {
                      if (done == 2) {
                        throw new IllegalStateException("killed");
                      }
                    }))
        .hasMessage("killed");
    Files.writeString(target.resolve(".softgate-apply.tmp"), "half a file");
    assertThat(files(target)).hasSize(4);
    assertRejected(
        () -> Apply.run(copy(decisions("cat/2.png,cat,remove,,1")), SILENT),
        "out has part of a copy by other decisions");

    Path again = decisions("cat/1.png,cat,remove,,1");
    Files.createFile(target.resolve("emu"));
    assertThatThrownBy(() -> Apply.run(copy(again), SILENT))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContainingAll("cannot complete", "2 files were copied; repeat the command");
    Files.delete(target.resolve("emu"));
    assertThat(Apply.run(copy(again), SILENT).copied()).isEqualTo(1);
    assertThat(files(target))
        .containsOnlyKeys("cat/2.png", "cat/old/3.png", "dog/1.png", "dog/2.JPG", "emu/1.png");
  }

  @Test
  void writesNothingInADryRun() throws IOException {
    Path decisions = decisions("cat/1.png,cat,relabel,dog,1");
    Path labels = folder.resolve("l.csv");
    ApplyReport written =
        Apply.run(new ApplyRequest(decisions, null, null, labels, null, true), SILENT);
    ApplyReport copied =
        Apply.run(new ApplyRequest(decisions, "folder:" + set, null, null, target, true), SILENT);
    assertThat(labels).doesNotExist();
    assertThat(target).doesNotExist();
    assertThat(written.rows()).isEqualTo(1);
    assertThat(List.of(copied.images(), copied.copied())).containsExactly(6, 0);
    target = set.resolve("within");
    assertRejected(
        () ->
            Apply.run(
                new ApplyRequest(decisions, "folder:" + set, null, null, target, true), SILENT),
        "contain one another");
  }

  @Test
  void rejectsATargetWithinTheSourceAndTheReverse() throws IOException {
    Path decisions = decisions("cat/1.png,cat,remove,,1");
    target = set.resolve("cat/new");
    assertRejected(() -> Apply.run(copy(decisions), SILENT), "copy-to ", "contain one another");
    target = folder;
    assertRejected(() -> Apply.run(copy(decisions), SILENT), "contain one another");
    target = Files.createSymbolicLink(folder.resolve("link"), set).resolve("new");
    assertRejected(() -> Apply.run(copy(decisions), SILENT), "contain one another");
    target = Files.createFile(folder.resolve("file"));
    assertRejected(() -> Apply.run(copy(decisions), SILENT), "file is a file");
  }

  @Test
  void rejectsDecisionsThatDoNotFit() throws IOException {
    assertRejected(() -> Apply.run(copy(decisions()), SILENT), "has no decisions yet");
    assertRejected(
        () -> Apply.run(copy(decisions("cat/9.png,cat,remove,,1")), SILENT),
        "cat/9.png is no image of folder:");
    assertRejected(
        () -> Apply.run(copy(decisions("cat/1.png,dog,remove,,1")), SILENT),
        "cat/1.png was labeled \"dog\" when it was decided, and is labeled \"cat\" now");
    assertRejected(
        () -> Apply.run(copy(decisions("cat/1.png,cat,relabel,dogs,1")), SILENT),
        "the label \"dogs\"",
        "is no class of folder:",
        "(meant dog?)");
    Path good = decisions("cat/1.png,cat,remove,,1");
    assertRejected(
        () -> Apply.run(new ApplyRequest(good, null, null, null, target, false), SILENT),
        "specify the set that the decisions are about");
    assertRejected(
        () -> Apply.run(new ApplyRequest(good, "cifar10", null, null, target, false), SILENT),
        "the images of cifar10 have no files");
    assertRejected(
        () -> Apply.run(new ApplyRequest(good, null, null, null, null, false), SILENT),
        "specify either out LABELS.csv or copy-to DIR");
    assertThat(target).doesNotExist();
  }
}
