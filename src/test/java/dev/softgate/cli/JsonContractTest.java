package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.softgate.data.ImageSet;
import dev.softgate.data.SyntheticDataset;
import dev.softgate.gate.GateSpec;
import dev.softgate.interop.Safetensors;
import dev.softgate.model.Architecture;
import dev.softgate.model.BlockKind;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.RandomNetwork;
import dev.softgate.model.ShortcutKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every command prints with and without {@code --json}, and the files of a run: keys, their
 * order and their types, and the values that depend on neither weights nor machine.
 *
 * @see Golden
 */
class JsonContractTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;

  private static TinyRun gated;
  private static TinyRun memory;
  private static String files; // of the first, before other commands add theirs
  private static SyntheticDataset images;

  @BeforeAll
  static void train() throws IOException {
    images = SyntheticDataset.generate(1);
    Path set = folder.resolve("set");
    write(images.dataset().train(), set.resolve("train"), 8);
    write(images.dataset().test(), set.resolve("test"), 4);
    Path labels = folder.resolve("noisy.csv");
    run(0, "noise", "--dataset=folder:" + set, "--kind=symmetric", "--rate=0.4", "--out=" + labels);
    gated = train(set, "gated", "--gate-at=2,3", "--keep-every=1", "--labels=" + labels);
    files = files(gated.path());
    memory = train(set, "memory", "--gate=memory", "--labels=" + labels);
  }

  private static TinyRun train(Path set, String name, String... options) {
    return TinyRun.trainOn(
        set, folder, name, with("--val-fraction=0.2", with("--precision=fp32", options)));
  }

  /** The names of a run's files, with the columns of tables. */
  private static String files(Path run) throws IOException {
    List<String> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(run)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        String name = run.relativize(file).toString();
        String header = name.endsWith(".csv") ? " " + Files.readAllLines(file).get(0) : "";
        files.add(name.replaceFirst("tfevents.*", "tfevents") + header + "\n");
      }
    }
    return String.join("", files);
  }

  /** Writes {@code each} images of each of the first three classes. */
  private static void write(ImageSet images, Path half, int each) throws IOException {
    int[] written = new int[3];
    for (int id = 0; id < images.count(); id++) {
      int label = images.labels()[id];
      if (label < written.length && written[label] < each) {
        Path of = Files.createDirectories(half.resolve("class-" + label));
        Pictures.write(images, id, of.resolve(written[label]++ + ".png"));
      }
    }
  }

  private static String[] words(String... arguments) {
    return Stream.of(arguments)
        .map(word -> word.replace("FOLDER", folder.toString()))
        .toArray(String[]::new);
  }

  private static String run(int exitCode, String... arguments) {
    CommandRun run = TinyRun.run(words(arguments));
    assertThat(run.exitCode()).as(run.toString()).isEqualTo(exitCode);
    return run.out()
        .replace(folder.toString(), "FOLDER")
        .replaceAll("[0-9a-f]{64} \\(not", "HASH (not"); // an archive has the time of its making
  }

  private static JsonNode json(int exitCode, String... arguments) throws IOException {
    return JSON.readTree(run(exitCode, with("--json", arguments)));
  }

  /** The JSON of figures that come from weights. */
  private static void assertTypes(String name, String... arguments) throws IOException {
    Golden.assertTypes(name, json(0, arguments));
  }

  /** The JSON of figures that are always the same. */
  private static void assertValues(String name, String... arguments) throws IOException {
    Golden.assertValues(name, json(0, arguments));
  }

  /** Compares what is printed without {@code --json}. */
  private static void assertText(String name, String... arguments) throws IOException {
    Golden.assertText(name, run(0, arguments));
  }

  private static String[] with(String option, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add(option);
    return all.toArray(String[]::new);
  }

  @Test
  void trainingAndItsFiles() throws IOException {
    Golden.assertValues(
        "summary", JSON.readTree(gated.summary().toString().replace(folder.toString(), "FOLDER")));
    Golden.assertMatches("run-files.txt", files);
    Golden.assertMatches(
        "run-config.yaml",
        Files.readString(gated.path().resolve("config.yaml")).replace(folder.toString(), "FOLDER"));
  }

  @Test
  void eval() throws IOException {
    String[] train = {"eval", gated.toString(), "--split=train"};
    assertValues("eval-train", train);
    assertText("eval-train", train);
    String[] test = {"eval", memory.toString()};
    assertValues("eval-test", test);
    assertText("eval-test", test);
  }

  @Test
  void predict() throws IOException {
    Path picture = Pictures.write(images.dataset().test(), 0, folder.resolve("picture.png"));
    Path bad = Files.writeString(folder.resolve("bad.png"), "no picture");
    String of = gated.toString();
    assertTypes("predict", "predict", of, picture.toString(), "--threshold=0.5");
    Golden.assertTypes("predict-unreadable", json(2, "predict", of, bad.toString(), "--top=1"));
  }

  @Test
  void skip() throws IOException {
    String[] quick = {"--seconds=0.01", "--batch-sizes=1"};
    String[] start = {"skip", gated.toString(), quick[0], quick[1]};
    String[] given = with("--threshold=0.5", with("--split=train", start));
    assertTypes("skip", given);
    assertText("skip", given);
    assertTypes("skip-calibrated", with("--calibrate", with("--baseline=" + memory, start)));
    String[] curve = with("--curve", with("--calibrate-on=test-half", start));
    ObjectNode said = (ObjectNode) json(0, with("--out=FOLDER/curve.csv", curve));
    String breakEven = "break_even_skip_rate";
    assertThat(said.has(breakEven)).isTrue();
    Golden.assertTypes("skip-curve", said.put(breakEven, 0.5)); // null where the machine is busy
  }

  @Test
  void score() throws IOException {
    List<String> votes = new ArrayList<>(List.of("index,label,class-0,class-1,class-2"));
    for (int id = 0; id < 12; id++) {
      votes.add("%d,%d,%d,%d,%d".formatted(id, id / 4, 20, 20 + id, 40));
    }
    Path human = Files.write(folder.resolve("votes.csv"), votes);
    String[] all = {"score", gated.toString(), "--resamples=2", "--human=" + human};
    String[] rewound = with("--rewind", with("--rewind-images=4", all));
    assertTypes("score", rewound);
    assertText("score", with("--top=0", all));
    assertText("score-details", with("--details", all));
    Path summary = gated.path().resolve("scores.json");
    Golden.assertTypes("scores-file", JSON.readTree(Files.readString(summary)));
    assertTypes("score-memory", "score", memory.toString(), "--resamples=2");
    assertTypes(
        "score-folds", "score", memory.toString(), "--folds=2", "--fold-epochs=1", "--resamples=2");
  }

  @Test
  void extract() throws IOException {
    String[] start = {"extract", memory.toString(), "--seconds=0.01"};
    assertValues("extract", with("--out=FOLDER/extracted", start));
    assertText("extract", with("--out=FOLDER/again", start));
  }

  @Test
  void models() throws IOException {
    assertValues("models", "models");
    assertText("models", "models");
    assertValues("models-one", "models", "--depth=20", "--gate=entropy", "--gate-at=2,3");
    assertText("models-one", "models", "--depth=20", "--gate=entropy", "--gate-at=2,3");
  }

  @Test
  void data() throws IOException {
    Path archive = DataCommandTest.archive(folder.resolve("cifar-10-few.tar.gz"), 2);
    String[] cifar = {"--data-dir=" + archive};
    assertValues("data-describe", "data", "describe", "--dataset=synthetic");
    assertText("data-describe", "data", "describe", cifar[0]);
    assertValues("data-verify", "data", "verify", cifar[0]);
    assertText("data-verify", "data", "verify", cifar[0]);
    String[] download = {
      "data", "download", "--data-dir=FOLDER/data", "--data-url=" + archive.toUri()
    };
    assertValues("data-download", download);
    assertText("data-download", download);
  }

  @Test
  void noise() throws IOException {
    String[] noise = {
      "noise", "--dataset=synthetic", "--kind=asymmetric", "--rate=0.2", "--out=FOLDER/other.csv"
    };
    assertValues("noise", noise);
    assertText("noise", noise);
  }

  @Test
  void importing() throws IOException {
    Path file = folder.resolve("public.safetensors");
    ModelSpec spec =
        new ModelSpec(
            Architecture.RESNET, BlockKind.BASIC, 14, 10, ShortcutKind.PAD, GateSpec.none());
    Safetensors.write(file, RandomNetwork.of(spec, 4).state(), Map.of());
    String[] start = {"import", file.toString()};
    assertValues("import", with("--out=FOLDER/imported", start));
    assertText("import", with("--out=FOLDER/imported-too", start));
  }

  @Test
  void parity() throws IOException {
    assertTypes(
        "parity", "parity", "src/test/resources/golden/baseline_resnet_basic14_c10.safetensors");
  }
}
