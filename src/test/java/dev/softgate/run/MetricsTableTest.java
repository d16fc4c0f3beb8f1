package dev.softgate.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTableTest {

  private static final String HEADER =
      "epoch,learning_rate,gate_learning_rate,"
          + "train_images,train_accuracy,train_loss,train_gate_loss,train_mean_gate,"
          + "val_images,val_accuracy,val_loss,val_gate_loss,val_mean_gate,"
          + "test_images,test_accuracy,test_loss,test_gate_loss,test_mean_gate,"
          + "train_skip_rate,val_skip_rate,val_skip_accuracy\n";

  @TempDir private Path folder;

  @Test
  void writesTheDocumentedText() {
    Path file = folder.resolve("metrics.csv");

    MetricsTable.write(file, Epochs.ALL);

    assertThat(file)
        .hasContent(
            HEADER
                + "0,0.01,0.001,45000,0.3333333333333333,1.2345678901234567,2.25,0.4375,"
                + "5000,0.25,1.5,2.5,0.5,10000,0.125,1.75,2.75,0.625,0.375,0.5,0.875\n"
                + "1,0.1,,45000,0.5,1.0E-300,,,,,,,,,,,,,0.25,,\n"
                + "2,0.1,,1,0.0,NaN,,,,,,,,0,1.0,-Infinity,,,,,\n");
  }

  @Test
  void startsWithTheHeader() {
    Path file = folder.resolve("metrics.csv");

    MetricsTable.write(file, Epochs.ALL);
    MetricsTable.write(file, List.of());

    assertThat(file).hasContent(HEADER);
  }
}
