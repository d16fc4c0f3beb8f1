package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.interop.CraftedFile;
import dev.softgate.interop.HostTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the battery found that readers refused with the program's own words, or not at all. */
class SenselessInputsTest {

  @TempDir static Path folder;

  private static TinyRun run;

  /** A language with digits of its own, which must show in no name of a file. */
  @BeforeAll
  static void trainWithArabicDigits() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      run = TinyRun.train(folder, "run", "--keep-every", "1");
    } finally {
      Locale.setDefault(before);
    }
  }

  private static void assertPlainRefusal(CommandRun refused, String... says) {
    CommandRun.assertRefused(refused, says);
    assertThat(refused.err()).doesNotContain("com.fasterxml").doesNotContain("org.yaml");
  }

  @Test
  void numbersFilesInAsciiInAllLocales() {
    assertThat(run.path().resolve("checkpoints/epoch-0001.safetensors")).exists();
    assertThat(run.path().resolve("dynamics/epoch-0001.safetensors")).exists();
  }

  @Test
  void scoreRejectsGatesOutOfRange() throws IOException {
    Path epoch = run.path().resolve("dynamics/epoch-0001.safetensors");
    byte[] sound = Files.readAllBytes(epoch);
    float[] g = new float[64];
    g[5] = 4022;
    CraftedFile.of(epoch).tensor("g_b3", HostTensor.ofHalves(g, g.length)).write(epoch);
    try {
      assertPlainRefusal(
          TinyRun.run("score", run.toString()), "have g = 4022.0 at gate b3", "restore");
    } finally {
      Files.write(epoch, sound);
    }
  }

  @Test
  void initRejectsWeightsOfAnotherShape() throws IOException {
    Path baseline = folder.resolve("reshaped.safetensors");
    CraftedFile.of(run.checkpoint())
        .tensor("model.fc.bias", HostTensor.ofFloats(new float[10], 10, 1))
        .write(baseline);
    assertPlainRefusal(
        TinyRun.run(TinyRun.arguments(folder, "next", 1, "--init=baseline:" + baseline)),
        "reshaped.safetensors",
        "fc.bias");
  }

  @Test
  void rejectsTrailingJsonWithItsPosition() throws IOException {
    Path trailing = folder.resolve("trailing.safetensors");
    CraftedFile.of(run.checkpoint()).text("progress", "{} \"x\"").write(trailing);
    assertPlainRefusal(TinyRun.run("eval", trailing.toString()), "(progress) is not valid JSON");
  }

  @Test
  void rejectsYamlWithoutParserClassNames() throws IOException {
    Path config = Files.writeString(folder.resolve("config.yaml"), "data:\n  ? [1, 2]\n  : 3\n");
    assertPlainRefusal(
        TinyRun.run("train", "--config", config.toString(), "--print-config"),
        "config.yaml",
        "not valid YAML");
  }
}
