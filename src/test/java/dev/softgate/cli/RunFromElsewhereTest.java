package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.config.RunConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFromElsewhereTest {

  @TempDir Path folder;

  private static Path relative(Path path) {
    return Path.of("").toAbsolutePath().relativize(path);
  }

  @Test
  void keepsFileLocations() throws Exception {
    Path images = Pictures.oddlyNamed(folder.resolve("images"));
    TinyRun plain =
        TinyRun.trainOn(
            relative(images), folder, "plain", "--gate=none", "--limit-train=8", "--limit-test=4");
    TinyRun gated =
        TinyRun.trainOn(
            relative(images),
            folder,
            "gated",
            "--limit-train=8",
            "--limit-test=4",
            "--init=baseline:" + relative(plain.path()),
            "--distill=" + relative(plain.path()),
            "--data-dir=" + relative(images));
    RunConfig config = RunConfig.read(gated.path().resolve("config.yaml"));
    assertThat(config.data().dataset()).isEqualTo("folder:" + images);
    assertThat(config.data().dataDir()).isEqualTo(images);
    assertThat(config.optimization().init()).isEqualTo("baseline:" + plain.path());
    assertThat(config.skipping().distill()).isEqualTo(plain.path());

    assertThat(gated.summary().at("/data_sha256")).isEqualTo(plain.summary().at("/data_sha256"));
    assertThat(
            TinyRun.json("eval", gated.toString(), "--split=test", "--json").get("images").asInt())
        .isEqualTo(4);
    assertThat(
            TinyRun.json(
                    "eval",
                    gated.toString(),
                    "--dataset=folder:" + relative(images),
                    "--split=train",
                    "--json")
                .get("images")
                .asInt())
        .isEqualTo(8);
    assertThat(TinyRun.run("score", gated.toString(), "--resamples=2").exitCode()).isZero();
    assertThat(TinyRun.run("report", gated.toString()).exitCode()).isZero();
    assertThat(Files.readString(gated.path().resolve("report.html"))).contains("data:image/png");
    CommandRun resumed =
        TinyRun.run("train", "--resume", gated.toString(), "--dataset=folder:" + relative(images));
    assertThat(resumed.err()).doesNotContain("would change the result");
  }
}
