package dev.softgate.report;

import dev.softgate.config.RunConfig;
import dev.softgate.run.RunFolder;
import dev.softgate.run.Summary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Creates the files of a run as if it had been trained on the synthetic set. */
record RunFiles(RunFolder folder) {

  /** Only {@code config.yaml} and {@code checkpoints}. */
  static RunFiles create(Path runs, String name) {
    return create(runs, name, Map.of());
  }

  /** The same with additional options. */
  static RunFiles create(Path runs, String name, Map<String, String> own) {
    RunFolder folder = RunFolder.create(runs, name);
    Map<String, String> options = new LinkedHashMap<>();
    options.put("dataset", "synthetic");
    options.put("data-dir", runs.resolve("none").toString());
    options.put("depth", "20");
    options.put("epochs", "4");
    options.put("schedule", "2");
    options.putAll(own);
    return new RunFiles(folder).with(folder.config(), RunConfig.defaults().with(options).toYaml());
  }

  /** All files that the report reads. */
  static RunFiles complete(Path runs, String name) {
    return create(runs, name).metrics(4).gates().summary(null).skipCurve().scores("");
  }

  RunFiles with(Path file, String text) {
    try {
      Files.writeString(file, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RunFiles metrics(int epochs) {
    StringBuilder text =
        new StringBuilder(
            "epoch,learning_rate,gate_learning_rate,train_images,train_accuracy,train_loss,"
                + "train_gate_loss,train_mean_gate,val_images,val_accuracy,val_loss,val_gate_loss,"
                + "val_mean_gate,test_images,test_accuracy,test_loss,test_gate_loss,test_mean_gate,"
                + "train_skip_rate,val_skip_rate,val_skip_accuracy\n");
    for (int epoch = 0; epoch < epochs; epoch++) {
      text.append(
          String.format(
              Locale.ROOT,
              "%d,%s,0.01,900,%s,%s,2.1,0.%d,100,0.%d5,1.9,,0.7,,,,,,0.4,0.5,0.3%n",
              epoch,
              epoch < 2 ? "0.1" : "0.01",
              0.2 + 0.1 * epoch,
              2 - 0.2 * epoch,
              9 - epoch,
              epoch + 1));
    }
    return with(folder.metrics(), text.toString());
  }

  /** A hundred test images; a lower g is more often right: the k-th tenth has 10 − k right ones. */
  RunFiles gates() {
    StringBuilder text = new StringBuilder("id,label,predicted,correct,entropy,g\n");
    for (int id = 99; id >= 0; id--) {
      boolean correct = id % 10 < 9 - id / 10;
      text.append(
          String.format(
              Locale.ROOT,
              "%d,3,%d,%d,%s,%s%n",
              id,
              correct ? 3 : 5,
              correct ? 1 : 0,
              0.02 * id,
              0.01 * id));
    }
    return with(folder.gatesTest(), text.toString());
  }

  RunFiles skipCurve() {
    return with(
        folder.skipCurve(),
        """
        blend,threshold_b3,skip_rate_b3,macs,macs_saved,accuracy,choice_accuracy
        hard,0.0,0.0,1000,0.0,0.9,0.9
        hard,0.5,0.5,850,0.15,0.85,0.9
        soft,0.0,0.0,1000,0.0,0.91,0.9
        """);
  }

  /** Sixty train images, the first twenty with a wrong label; {@code exact} knows it. */
  RunFiles scores(String suggestedOfAll) {
    StringBuilder text = new StringBuilder("id,file,given,suggested,flags,guess,exact,clean\n");
    for (int id = 0; id < 60; id++) {
      boolean wrong = id < 20;
      text.append(
          String.format(
              Locale.ROOT,
              "%d,,disc,%s,%s,%s,%s,%s%n",
              id,
              suggestedOfAll.isEmpty() ? (wrong ? "ring" : "disc") : suggestedOfAll,
              wrong ? "issue" : "",
              id % 7 / 10.0,
              wrong ? 0.1 : 0.9,
              wrong ? "ring" : "disc"));
    }
    return with(folder.scores(), text.toString());
  }

  /** Two epochs of two units. */
  RunFiles rewind() {
    return with(
        folder.rewind(),
        """
        epoch,unit,accuracy,fitted,corrected
        4,none,0.9,0.8,0.1
        0,layer1.0,0.5,0.1,0.3
        0,layer1.1,0.6,0.2,0.4
        2,layer1.0,0.7,0.5,0.2
        2,layer1.1,0.8,0.6,0.2
        """);
  }

  RunFiles summary(@Nullable String dataSha256) {
    return summary(dataSha256, 0.45);
  }

  RunFiles summary(@Nullable String dataSha256, @Nullable Double testAccuracy) {
    new Summary(
            Summary.Status.FINISHED,
            new Summary.Results(testAccuracy, 0.4, 3, 0.41, 0.44, 0.495, 4, 812.5, 3.25),
            new Summary.Network("synthetic", "resnet", 20, "basic", "classifier", 310_884, 40_851L),
            new Summary.Machine("onednn", "fp32", 2, 1, "cpu", "avx512", 500_000_000L),
            new Summary.Provenance(
                folder.name(),
                "softgate train --name 'a b'",
                "2026-01-02T03:04:05Z",
                List.of(new Summary.Session("2026-01-03T00:00:00Z", "softgate train --resume x")),
                1,
                "5717",
                dataSha256,
                null,
                null,
                null,
                null,
                "beef",
                "0.1.0"))
        .write(folder.summary());
    return this;
  }
}
