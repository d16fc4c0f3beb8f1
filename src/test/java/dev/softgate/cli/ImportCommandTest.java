package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.SharedFolder;
import dev.softgate.gate.GateSpec;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import dev.softgate.model.Architecture;
import dev.softgate.model.BlockKind;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.RandomNetwork;
import dev.softgate.model.ShortcutKind;
import dev.softgate.training.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From a file of parameters to a run that the other commands take. */
class ImportCommandTest {

  private static final ModelSpec SPEC =
      new ModelSpec(
          Architecture.RESNET, BlockKind.BASIC, 14, 10, ShortcutKind.PAD, GateSpec.none());

  @TempDir Path folder;
  private Path file;
  private Path out;
  private Map<String, HostTensor> state;

  @BeforeEach
  void write() {
    state = RandomNetwork.of(SPEC, 4).state();
    file = folder.resolve("public.safetensors");
    out = folder.resolve("runs").resolve("public");
    Safetensors.write(file, state, Map.of());
  }

  private JsonNode imported() throws IOException {
    return TinyRun.json(
        "import",
        file.toString(),
        "--out",
        out.toString(),
        "--pixel-mean=0.485,0.456,0.406",
        "--pixel-std=0.229,0.224,0.225",
        "--json");
  }

  @Test
  void createsARunWithWeightsAndNormalization() throws IOException {
    JsonNode printed = imported();

    assertThat(printed.get("run").textValue()).isEqualTo(out.toString());
    assertThat(printed.get("depth").intValue()).isEqualTo(14);
    assertThat(printed.get("shortcut").textValue()).isEqualTo("pad");
    Checkpoint checkpoint =
        Checkpoint.read(out.resolve("checkpoints").resolve("final.safetensors"));
    assertThat(checkpoint.spec()).isEqualTo(SPEC);
    state.forEach(
        (name, tensor) ->
            assertThat(Objects.requireNonNull(checkpoint.network().get(name)).data())
                .as(name)
                .isEqualTo(tensor.data()));
    assertThat(checkpoint.data().mean()).containsExactly(0.485f, 0.456f, 0.406f);
    assertThat(checkpoint.data().std()).containsExactly(0.229f, 0.224f, 0.225f);
    assertThat(Files.readString(out.resolve("summary.json")))
        .contains(printed.get("weights_sha256").textValue());
  }

  @Test
  void importedRunEvaluatesAndInitializesRuns() throws IOException {
    imported();
    for (String engine : new String[] {"libtorch", "onednn"}) {
      JsonNode evaluated =
          TinyRun.json("eval", out.toString(), "--dataset=synthetic", "--engine", engine, "--json");
      assertThat(evaluated.get("images").intValue()).isPositive();
      assertThat(evaluated.get("engine").textValue()).isEqualTo(engine);
    }

    TinyRun gated =
        TinyRun.train(folder, "gated", "--shortcut=pad", "--init", "baseline:" + out, "--lr=1e-9");

    Checkpoint checkpoint = Checkpoint.read(gated.checkpoint());
    assertThat(checkpoint.data().mean())
        .as("a run that starts from the network takes over how its pixels are normalized")
        .containsExactly(0.485f, 0.456f, 0.406f);
    assertThat(floats(checkpoint.network(), "o2.conv1.weight"))
        .usingComparatorWithPrecision(1e-5f)
        .containsExactly(floats(state, "layer3.1.conv1.weight"));
    CommandRun resumed = TinyRun.run("train", "--resume", out.toString());
    assertThat(resumed.exitCode()).isEqualTo(2);
    assertThat(resumed.err()).hasLineCount(1);
  }

  private static float[] floats(Map<String, HostTensor> state, String name) {
    return Objects.requireNonNull(state.get(name)).toFloats();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--pixel-mean=0.5,0.5,0.5 | belong together",
        "--pixel-mean=0.5,0.5 --pixel-std=0.2,0.2 | three numbers each",
        "--pixel-mean=0.5,0.5,x --pixel-std=0.2,0.2,0.2 | three numbers each",
        "--pixel-mean=0.5,0.5,0.5 --pixel-std=0.2,0,0.2 | above 0",
        "--gate=magic | none, classifier",
        "--gate=shortcut | no gate",
        "--gate-tap=middle | entry, exit",
        "--shortcut=projection | no parameters",
        "--bottleneck-stride=2x2 | 3x3, 1x1",
        "--key=ema | no network's names begin with it",
        "--data-dir=data | requires --expect-accuracy",
        "--threads=1 | requires --expect-accuracy",
        "--features-only --class-names=x | omit --class-names",
        "--features-only --expect-accuracy=0.9 | omit --expect-accuracy",
        "--gate-tap=exit | omit --gate-tap",
        "--gate-calibration=unscaled | omit --gate-calibration",
        "--bottleneck-stride=1x1 | omit --bottleneck-stride",
        "--expect-accuracy=92 | a fraction"
      })
  void rejectsMismatchesAndLeavesNothing(String options, String says) {
    CommandRun run =
        TinyRun.run(("import " + file + " --out " + out + " " + options.strip()).split(" ", -1));
    assertThat(run.err()).startsWith("softgate: ").contains(says).hasLineCount(1);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(out).doesNotExist();
  }

  @Test
  void rejectsInvalidFilesAndExistingFolders() throws IOException {
    Path text = Files.writeString(folder.resolve("a.pth"), "no checkpoint");
    for (String[] arguments :
        new String[][] {
          {"import", text.toString(), "--out", out.toString()},
          {"import", folder.resolve("gone.pth").toString(), "--out", out.toString()},
          {"import", file.toString(), "--out", folder.toString()},
          {"import", folder.toString(), "--out", out.toString()}
        }) {
      CommandRun run = TinyRun.run(arguments);
      assertThat(run.err()).startsWith("softgate: ").hasLineCount(1);
      assertThat(run.exitCode()).isEqualTo(2);
    }
    assertThat(out).doesNotExist();
  }

  /** What an untrained network reaches is the same for all kinds of shortcut. */
  @Test
  void choosesAmbiguousSettingsByAccuracy() throws IOException {
    JsonNode found = TinyRun.json(search("found", 0.1));

    assertThat(found.get("shortcut").textValue()).isEqualTo("pad");
    assertThat(found.get("accuracy").doubleValue()).isBetween(0.095, 0.105);
    assertThat(found.get("candidates")).hasSize(3);
    assertThat(found.get("assumptions")).hasSize(1);
    assertThat(found.get("assumptions").get(0).textValue()).contains("do not tell");
    CommandRun none = TinyRun.run(search("none", 0.999));
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err().lines().filter(line -> line.startsWith("softgate: ")))
        .singleElement()
        .asString()
        .contains("--shortcut pad ", "--shortcut pad-end", "--shortcut subsample-end");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  private String[] search(String name, double accuracy) {
    return new String[] {
      "import",
      file.toString(),
      "--out",
      folder.resolve(name).toString(),
      "--pixel-mean=0.485,0.456,0.406",
      "--pixel-std=0.229,0.224,0.225",
      "--dataset=synthetic",
      "--expect-accuracy=" + accuracy,
      "--threads=1",
      "--json"
    };
  }

  @Test
  void detectsTheFormatAndReportsTheNormalization() throws IOException {
    Path renamed = Files.copy(file, folder.resolve("weights.pth"));

    JsonNode printed =
        TinyRun.json("import", renamed.toString(), "--out", out.toString(), "--json");

    assertThat(printed.get("assumptions")).hasSize(2);
    assertThat(printed.get("assumptions").get(1).textValue())
        .contains("0.4914,0.4822,0.4465", "0.2023", "--pixel-mean");
  }

  /** Both formats of PyTorch hold the same network, a gated one. */
  @ParameterizedTest
  @CsvSource({"pth", "legacy.pth"})
  void importsPyTorchCheckpoints(String format) throws IOException {
    Path golden = SharedFolder.require("golden/gate_classifier_exit_basic20_c10." + format);

    JsonNode printed = TinyRun.json("import", golden.toString(), "--out", out.toString(), "--json");

    assertThat(printed.get("gate").textValue()).isEqualTo("classifier");
    assertThat(printed.get("depth").intValue()).isEqualTo(20);
    assertThat(printed.get("numbers").get("epoch").intValue()).isEqualTo(12);
    assertThat(printed.get("assumptions")).hasSize(3);
  }
}
