package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.data.SyntheticDataset;
import dev.softgate.study.Suspect;
import dev.softgate.study.SuspectsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a folder to suspects, decisions, corrected labels and a corrected folder. */
class ApplyCommandTest {

  @TempDir static Path folder;

  private static Path set;
  private static TinyRun run;

  @BeforeAll
  static void train() throws IOException {
    set = Files.createDirectories(folder.resolve("set"));
    for (int id = 0; id < 30; id++) {
      String name = List.of("cat", "dog", "emu").get(id % 3);
      Path file = set.resolve(id < 24 ? "train" : "test").resolve(name).resolve(id + ".png");
      Files.createDirectories(file.getParent());
      Pictures.write(SyntheticDataset.generate(1).dataset().train(), id, file);
    }
    Files.copy(set.resolve("train/cat/0.png"), set.resolve("train/dog/copy.png"));
    run = TinyRun.trainOn(set, folder, "first", "--val-fraction=0");
  }

  @Test
  void correctsAFolder() throws Exception {
    assertThat(TinyRun.run("score", run.toString(), "--resamples=1").exitCode()).isZero();
    List<Suspect> suspects = SuspectsTable.read(run.path().resolve("suspects.csv"));
    assertThat(suspects)
        .hasSize(25)
        .allMatch(suspect -> Files.isRegularFile(Path.of(suspect.image())))
        .anySatisfy(
            suspect -> {
              assertThat(suspect.image()).endsWith("copy.png");
              assertThat(suspect.reason()).startsWith("the same picture is also labeled cat; ");
            });
    List<String> rows = new ArrayList<>(List.of("file,given,decision,label,seconds"));
    rows.add(set.resolve("train/dog/copy.png") + ",dog,remove,,1.5");
    rows.add(set.resolve("train/emu/2.png") + ",emu,relabel,cat,2.5");
    rows.add(set.resolve("test/cat/24.png") + ",cat,relabel,dog,2.5");
    Path decisions = Files.write(folder.resolve("decisions.csv"), rows);

    Path labels = folder.resolve("l.csv");
    CommandRun written =
        TinyRun.run("apply", run.toString(), "--decisions=" + decisions, "--out=" + labels);
    assertThat(written.out())
        .containsPattern("class +before +confirmed +moved in +moved out +removed +after")
        .containsPattern("cat +10 +0 +1 +1 +0 +10")
        .contains("3 images: 0 kept, 2 relabeled, 1 removed", labels + ", 3 rows written")
        .contains("softgate train --dataset folder:" + set + " --labels " + labels);

    TinyRun second =
        TinyRun.trainOn(set, folder, "second", "--val-fraction=0", "--labels=" + labels);
    JsonNode train = TinyRun.json("eval", second.toString(), "--split=train", "--json");
    assertThat(train.get("images").asInt()).isEqualTo(24);
    assertThat(gates(second, "train")).contains("20,0").doesNotContain("20,2");
    assertThat(gates(second, "test")).isNotEqualTo(gates(run, "test"));
    assertThat(TinyRun.run("score", second.toString(), "--resamples=1").exitCode()).isZero();
    assertThat(SuspectsTable.read(second.path().resolve("suspects.csv"))).hasSize(24);

    Path copies = folder.resolve("copies");
    JsonNode copied =
        TinyRun.json(
            "apply", run.toString(), "--decisions=" + decisions, "--copy-to=" + copies, "--json");
    assertThat(copied.get("copied").asInt()).isEqualTo(30);
    assertThat(copied.get("classes").get(0).get("class").asText()).isEqualTo("cat");
    assertThat(copies.resolve("train/cat/2.png"))
        .hasSameBinaryContentAs(set.resolve("train/emu/2.png"));
    assertThat(copies.resolve("test/dog/24.png")).exists();
    assertRefused(
        TinyRun.run("apply", run.toString(), "--decisions=" + decisions, "--copy-to=" + copies),
        "--copy-to " + copies + " has files already");
  }

  /** The ids and labels of a split. */
  private static List<String> gates(TinyRun run, String split) throws IOException {
    Path file = folder.resolve("g.csv");
    TinyRun.run("eval", run.toString(), "--split=" + split, "--dump-gates=" + file);
    return Files.readAllLines(file).stream()
        .map(line -> line.split(",", -1))
        .map(cells -> cells[0] + "," + cells[1])
        .toList();
  }

  @Test
  void asksForATarget() {
    assertRefused(
        TinyRun.run("apply", "--decisions=none.csv"), "specify either --out LABELS.csv or");
    assertRefused(TinyRun.run("apply", "--decisions=none.csv", "--out=x.csv"), "none.csv");
  }
}
