package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real CIFAR images, on machines that have them; skipped elsewhere. */
class RealImagesTest {

  @Test
  void readsTheSmallCifar10Archive() {
    Path archive = shared("cifar-10-small.tar.gz");
    Dataset dataset = load("cifar10", archive);
    assertThat(dataset.source())
        .contains("53136ef63a34a8fa7a8a81deec314f3dbaf600b35f589cf81bf1ff741e37214c");
    assertThat(countsPerClass(dataset.train(), 10)).containsOnly(200).hasSize(10);
    assertThat(countsPerClass(dataset.test(), 10)).containsOnly(100).hasSize(10);
    // found in the folder too, beside the archive of the other set
    assertThat(load("cifar10", archive.resolveSibling("")).sha256()).isEqualTo(dataset.sha256());
  }

  @Test
  void readsTheSmallCifar100Archive() {
    Dataset dataset = load("cifar100", shared("cifar-100-small.tar.gz"));
    assertThat(dataset.classNames()).hasSize(100).startsWith("apple").endsWith("worm");
    assertThat(countsPerClass(dataset.train(), 100)).containsOnly(10).hasSize(100);
    Normalization published = Normalization.forDataset("cifar100", dataset.train());
    // 1,000 of 50,000 images: their mean is off by some 0.01
    assertThat(Normalization.of(dataset.train()).mean())
        .containsExactly(published.mean(), within(0.015f));
    assertThat(Normalization.of(dataset.train()).std())
        .containsExactly(published.std(), within(0.01f));
  }

  /** Recomputes the CIFAR-10 constants of {@link Normalization} from all train images. */
  @Test
  void cifar10ConstantsMatchItsImages(@TempDir Path folder) throws Exception {
    ImageSet train = load("cifar10", unpack("cifar-10.med", folder)).train();
    assertThat(train.count()).isEqualTo(50_000);
    assertThat(Arrays.copyOf(train.pixels(0), 3)).containsExactly(0x3B, 0x2B, 0x32);
    assertThat(train.labels()[0]).isEqualTo(6);

    Normalization published = Normalization.forDataset("cifar10", train);
    Normalization real = Normalization.of(train);
    assertThat(real.mean()).containsExactly(published.mean(), within(1e-4f));
    assertThat(real.std()).containsExactly(new float[] {0.2470f, 0.2435f, 0.2616f}, within(1e-4f));
    assertThat(meanOfImageDeviations(train)).containsExactly(published.std(), within(2e-4f));
  }

  private static Dataset load(String name, Path dataDir) {
    return Datasets.load(new DatasetRequest(name, dataDir, null, 0), DownloadListener.NONE);
  }

  private static int[] countsPerClass(ImageSet images, int classes) {
    int[] counts = new int[classes];
    Arrays.stream(images.labels()).forEach(label -> counts[label]++);
    return counts;
  }

  /** For each channel, the sample deviation within an image, averaged over the images. */
  private static float[] meanOfImageDeviations(ImageSet images) {
    float[] means = new float[images.channels()];
    for (int c = 0; c < means.length; c++) {
      double total = 0;
      for (int id = 0; id < images.count(); id++) {
        double sum = 0;
        double squares = 0;
        byte[] pixels = images.pixels(id);
        int plane = pixels.length / means.length;
        for (int i = c * plane; i < (c + 1) * plane; i++) {
          double value = (pixels[i] & 0xFF) / 255.0;
          sum += value;
          squares += value * value;
        }
        double mean = sum / plane;
        total += Math.sqrt(Math.max(0, squares - plane * mean * mean) / (plane - 1));
      }
      means[c] = (float) (total / images.count());
    }
    return means;
  }

  private static Path shared(String name) {
    return SharedFolder.require("data/" + name);
  }

  private static Path unpack(String container, Path folder)
      throws IOException, InterruptedException {
    Path file = shared(container);
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path log = folder.resolve("unpack.log");
    Process process =
        new ProcessBuilder(
                java.toString(),
                file.resolveSibling("UnpackCifar.java").toString(),
                file.toString(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    return folder;
  }
}
