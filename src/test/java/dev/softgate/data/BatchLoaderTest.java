package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class BatchLoaderTest {

  private static final ImageSet IMAGES = TestImages.random(50, 3, 8, 8);
  private static final int[] IDS = IntStream.range(5, 48).toArray(); // 43: five batches of 8 and 3
  private static final Normalization NORMALIZATION = Normalization.of(IMAGES);
  private static final Batch EMPTY = new Batch(new int[0], new int[0], new float[0], 3, 8, 8);

  @Test
  void visitsEveryIdOncePerEpoch() {
    List<Batch> epoch = training(1, 0, 0);
    assertThat(epoch.stream().map(Batch::size)).containsExactly(8, 8, 8, 8, 8, 3);
    int[] visited = ids(epoch);
    assertThat(visited).isNotEqualTo(IDS);
    assertThat(Arrays.stream(visited).sorted()).containsExactly(boxed(IDS));
    for (Batch batch : epoch) {
      for (int i = 0; i < batch.size(); i++) {
        assertThat(batch.labels()[i]).isEqualTo(IMAGES.labels()[batch.ids()[i]]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 5, 6})
  void resumesWithinAnEpoch(int firstBatch) {
    List<Batch> whole = training(1, 2, 0);
    List<Batch> rest = training(1, 2, firstBatch);
    assertThat(rest).hasSize(6 - firstBatch);
    for (int i = 0; i < rest.size(); i++) {
      assertThat(rest.get(i).ids()).isEqualTo(whole.get(firstBatch + i).ids());
      assertThat(rest.get(i).pixels()).isEqualTo(whole.get(firstBatch + i).pixels());
    }
  }

  @Test
  void seedAndEpochChangeOrderAndPixels() {
    int[] order = ids(training(1, 2, 0));
    assertThat(ids(training(2, 2, 0))).isNotEqualTo(order);
    assertThat(ids(training(1, 3, 0))).isNotEqualTo(order);
    assertThat(pixelsOf(7, training(1, 2, 0))).isEqualTo(pixelsOf(7, training(1, 2, 0)));
    assertThat(pixelsOf(7, training(1, 3, 0))).isNotEqualTo(pixelsOf(7, training(1, 2, 0)));
  }

  @Test
  void augmentationDoesNotDependOnOtherImages() {
    List<Batch> alone =
        drain(
            BatchLoader.training(
                IMAGES,
                new int[] {7},
                Augmenter.of(Augmentation.CROP_FLIP),
                NORMALIZATION,
                BatchShare.whole(1),
                new BatchLoader.Epoch(1, 2, 0)));
    assertThat(alone.get(0).pixels()).isEqualTo(pixelsOf(7, training(1, 2, 0)));
  }

  @Test
  void evaluationKeepsOrder() {
    List<Batch> pass = drain(BatchLoader.evaluation(IMAGES, IDS, NORMALIZATION, 10));
    assertThat(ids(pass)).isEqualTo(IDS);
    assertThat(pass.get(4).size()).isEqualTo(3);
    List<Batch> plain =
        drain(
            BatchLoader.training(
                IMAGES,
                new int[] {9},
                Augmenter.of(Augmentation.NONE),
                NORMALIZATION,
                BatchShare.whole(1),
                new BatchLoader.Epoch(1, 0, 0)));
    assertThat(pixelsOf(9, pass)).isEqualTo(plain.get(0).pixels());
  }

  @Test
  void countsTheEpochsBatches() {
    try (BatchLoader loader = BatchLoader.evaluation(IMAGES, IDS, NORMALIZATION, 8)) {
      assertThat(loader.batches()).isEqualTo(6);
    }
  }

  @Test
  void returnsNullAfterTheEnd() {
    try (BatchLoader loader = new BatchLoader(1, 0, number -> EMPTY)) {
      assertThat(loader.next()).isSameAs(EMPTY);
      assertThat(loader.next()).isNull();
      assertThat(loader.next()).isNull();
    }
  }

  @Test
  void passesFailuresToTheCaller() {
    for (Throwable failure :
        List.of(new IllegalStateException("spoiled"), new OutOfMemoryError("spoiled"))) {
      try (BatchLoader loader =
          new BatchLoader(
              5,
              0,
              number -> {
                if (number < 2) {
                  return EMPTY;
                }
                if (failure instanceof Error error) {
                  throw error;
                }
                throw (RuntimeException) failure;
              })) {
        assertThat(loader.next()).isNotNull();
        assertThat(loader.next()).isNotNull();
        assertThatThrownBy(loader::next).isSameAs(failure);
        assertThatThrownBy(loader::next).isSameAs(failure);
      }
    }
  }

  @Test
  void preparesFewBatchesAhead() throws InterruptedException {
    AtomicInteger made = new AtomicInteger();
    CountDownLatch third = new CountDownLatch(3);
    try (BatchLoader loader =
        new BatchLoader(
            100,
            0,
            number -> {
              made.incrementAndGet();
              third.countDown();
              return EMPTY;
            })) {
      assertThat(third.await(10, TimeUnit.SECONDS)).isTrue();
      Thread.sleep(50);
      assertThat(made.get()).isEqualTo(3); // two wait, one is in hand
      assertThat(loader.next()).isNotNull();
    }
  }

  @Test
  void closingEndsTheThread() throws InterruptedException {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    BatchLoader loader =
        new BatchLoader(
            100,
            0,
            number -> {
              thread.complete(Thread.currentThread());
              return EMPTY;
            });
    assertThat(loader.next()).isNotNull();
    loader.close();
    loader.close();
    assertThat(thread.join().isDaemon()).isTrue();
    assertThat(thread.join().isAlive()).isFalse();
    assertThatThrownBy(loader::next).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closingWakesAWaitingCaller() {
    CountDownLatch never = new CountDownLatch(1);
    BatchLoader loader =
        new BatchLoader(
            1,
            0,
            number -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return EMPTY;
            });
    CompletableFuture<Batch> waiting = CompletableFuture.supplyAsync(loader::next);
    loader.close();
    assertThat(waiting).failsWithin(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 7})
  void rejectsAFirstBatchOutsideTheEpoch(int firstBatch) {
    assertThatThrownBy(() -> training(1, 0, firstBatch))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("first batch");
  }

  private static List<Batch> training(long seed, int epoch, int firstBatch) {
    return drain(
        BatchLoader.training(
            IMAGES,
            IDS,
            Augmenter.of(Augmentation.CROP_FLIP),
            NORMALIZATION,
            BatchShare.whole(8),
            new BatchLoader.Epoch(seed, epoch, firstBatch)));
  }

  private static List<Batch> drain(BatchLoader loader) {
    List<Batch> batches = new ArrayList<>();
    try (loader) {
      for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
        batches.add(batch);
      }
    }
    return batches;
  }

  private static int[] ids(List<Batch> batches) {
    return batches.stream().flatMapToInt(batch -> Arrays.stream(batch.ids())).toArray();
  }

  private static float[] pixelsOf(int id, List<Batch> batches) {
    for (Batch batch : batches) {
      int perImage = batch.channels() * batch.height() * batch.width();
      for (int i = 0; i < batch.size(); i++) {
        if (batch.ids()[i] == id) {
          return Arrays.copyOfRange(batch.pixels(), i * perImage, (i + 1) * perImage);
        }
      }
    }
    throw new AssertionError("no image " + id);
  }

  private static Integer[] boxed(int[] values) {
    return Arrays.stream(values).boxed().toArray(Integer[]::new);
  }
}
