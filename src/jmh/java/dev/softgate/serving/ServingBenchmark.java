package dev.softgate.serving;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A batch of random images through a served network: -Djmh.run names the run. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class ServingBenchmark {

  private static final int CHANNELS = 3;

  /** Images in a call. */
  @Param({"1", "32", "128", "1024"})
  public int batch;

  private SkippingClassifier classifier;
  private byte[] images;

  /** Opens the network. */
  @Setup
  public void open() {
    String run = System.getProperty("jmh.run", "");
    if (run.isEmpty()) {
      throw new IllegalStateException("-Djmh.run=runs/NAME names the network");
    }
    classifier = SkippingClassifier.open(Path.of(run));
    images = new byte[batch * classifier.height() * classifier.width() * CHANNELS];
    new Random(1).nextBytes(images);
  }

  /** Gives it back. */
  @TearDown
  public void close() {
    classifier.close();
  }

  /** From bytes to records. */
  @Benchmark
  public List<Classification> classify() {
    return classifier.classify(images, batch);
  }
}
