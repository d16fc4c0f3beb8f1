package dev.softgate.data;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of image set gives the same images, wherever their pixels lie. */
class ImageSetTest {

  private static final ImageSet IMAGES = TestImages.random(6, 3, 5, 4);
  private static final int[] IDS = {4, 0, 5, 2};

  @TempDir Path temp;

  private static ImageSet stored(ImageStore store) {
    try (store) {
      for (int id : IMAGES.loaded()) {
        store.add(IMAGES.pixels(id));
      }
      return store.images();
    }
  }

  private static Batch batch(ImageSet images) {
    return new BatchAssembly(
            images,
            IDS,
            (id, height, width) -> new CropFlip(-3, 2, true, CropFill.BLACK),
            Normalization.of(IMAGES),
            BatchShare.whole(IDS.length))
        .batch(0);
  }

  static Stream<ImageStore> stores() {
    return Stream.of(new ImageStore(9, 9, 5, 4), new ImageStore(9, 1L << 30, 5, 4));
  }

  @ParameterizedTest
  @MethodSource("stores")
  void storeReturnsItsImages(ImageStore store) {
    ImageSet images = stored(store).labeled(IMAGES.labels());
    assertThat(images.loaded()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(batch(images).pixels()).isEqualTo(batch(IMAGES).pixels());
    assertThat(batch(images).labels()).isEqualTo(batch(IMAGES).labels());
    assertThat(Normalization.of(images).sameAs(Normalization.of(IMAGES))).isTrue();
    List<String> names = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
    assertThat(Dataset.of("x", names, images, images, "").sha256())
        .isEqualTo(Dataset.of("x", names, IMAGES, IMAGES, "").sha256());
  }

  @Test
  void imagesThatExceedTheHeapGoToAFileWithoutAName() throws IOException {
    assertThat(stored(new ImageStore(9, 9, 5, 4))).isInstanceOf(HeapImages.class);
    assertThat(stored(new ImageStore(9, 1L << 30, 5, 4))).isInstanceOf(MappedImages.class);
    try (ImageStore store = new ImageStore(1, 1L << 30, 5, 4, temp)) {
      store.add(IMAGES.pixels(3));
      assertThat(temp).isEmptyDirectory();
    }
  }

  @Test
  void namesAFolderThatCannotBeWritten() {
    Path absent = temp.resolve("absent");
    assertRejected(
        () -> new ImageStore(1, 1L << 30, 5, 4, absent),
        absent.toString(),
        "no such",
        "-Xmx",
        "fewer");
  }

  @Test
  void storeRejectsAnotherImageSize() {
    try (ImageStore store = new ImageStore(1, 1, 5, 4)) {
      assertThatThrownBy(() -> store.add(new byte[59])).hasMessageContaining("of 60");
    }
  }

  /** A sparse file: only what is written takes room. */
  @Test
  void readsMappedFilesBeyondTwoGigabytes() throws IOException {
    int images = 750_000;
    int imageBytes = 3 * 32 * 32;
    int firstOfSecondSection = (1 << 30) / imageBytes;
    int[] written = {0, firstOfSecondSection - 1, firstOfSecondSection, 700_000, images - 1};
    assertThat((long) written[3] * imageBytes).isGreaterThan(Integer.MAX_VALUE);
    ImageSet random = TestImages.random(written.length, 3, 32, 32);
    MappedImages mapped;
    try (FileChannel file = newFile()) {
      for (int i = 0; i < written.length; i++) {
        file.write(ByteBuffer.wrap(random.pixels(i)), (long) written[i] * imageBytes);
      }
      mapped = new MappedImages(file, new int[images], 3, 32, 32);
    }
    assertThat(mapped.pixels(1)).containsOnly(0);
    Normalization normalization = Normalization.of(random);
    BatchAssembly expected =
        new BatchAssembly(
            random,
            random.loaded(),
            (id, height, width) -> CropFlip.IDENTITY,
            normalization,
            BatchShare.whole(8));
    BatchAssembly found =
        new BatchAssembly(
            mapped,
            written,
            (id, height, width) -> CropFlip.IDENTITY,
            normalization,
            BatchShare.whole(8));
    assertThat(found.batch(0).pixels()).isEqualTo(expected.batch(0).pixels());
    assertThat(found.batch(0).ids()).isEqualTo(written);
  }

  @Test
  void rejectsAFileOfAnotherLength() throws IOException {
    try (FileChannel file = newFile()) {
      file.write(ByteBuffer.allocate(59));
      assertThatThrownBy(() -> new MappedImages(file, new int[1], 3, 5, 4))
          .hasMessageContaining("60 expected");
    }
  }

  private FileChannel newFile() throws IOException {
    return FileChannel.open(
        Files.createTempFile(temp, "images", ".pixels"),
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.SPARSE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  @Test
  void viewSelectsImagesWithNewIdsAndLabels() {
    ImageSet view =
        new ImageView(
            IMAGES,
            new int[] {1, 2, 5, 6, 7, 9},
            new int[10],
            List.of("abcdefghij".split("")),
            null);
    assertThat(view.count()).isEqualTo(10);
    assertThat(view.loaded()).containsExactly(1, 2, 5, 6, 7, 9);
    assertThat(view.pixels(5)).isEqualTo(IMAGES.pixels(2));
    assertThat(view.file(9)).isEqualTo("j");
    for (ThrowingAccess access : List.<ThrowingAccess>of(view::height, view::width, view::pixels)) {
      assertThatThrownBy(() -> access.of(3)).hasMessage("image 3 was not read");
    }
    int[] others = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0};
    ImageSet labeled = view.labeled(others);
    assertThat(labeled.labels()).isEqualTo(others);
    assertThat(labeled.file(9)).isEqualTo("j");
    assertThat(labeled.pixels(5)).isEqualTo(IMAGES.pixels(2));
    assertThat(IMAGES.labeled(new int[6]).labels()).containsOnly(0);
    assertThat(IMAGES.labeled(new int[6]).pixels(4)).isEqualTo(IMAGES.pixels(4));
    assertThatThrownBy(() -> new ImageView(IMAGES, new int[5], new int[6], List.of(), null))
        .hasMessageContaining("5 ids");
    assertThatThrownBy(() -> view.labeled(new int[] {0, 0, 0, 0, 0, 0, 0, 0, 0, -1}))
        .hasMessageContaining("label -1");
  }

  @FunctionalInterface
  private interface ThrowingAccess {
    Object of(int id);
  }

  @Test
  void batchesHaveOneImageSize() {
    ImageSet mixed = new MixedSizes();
    Normalization normalization = Normalization.of(mixed);
    BatchAssembly equal =
        new BatchAssembly(
            mixed,
            new int[] {0, 2, 1},
            (id, height, width) -> CropFlip.IDENTITY,
            normalization,
            BatchShare.whole(2));
    Batch wide = equal.batch(0);
    assertThat(wide.height()).isEqualTo(5);
    assertThat(wide.width()).isEqualTo(4);
    assertThat(equal.batch(1).height()).isEqualTo(4);
    BatchAssembly unequal =
        new BatchAssembly(
            mixed,
            new int[] {0, 1},
            (id, height, width) -> CropFlip.IDENTITY,
            normalization,
            BatchShare.whole(2));
    assertThatThrownBy(() -> unequal.batch(0))
        .hasMessage("image 1 has 4×5 pixels (H×W) and image 0 of the same batch 5×4");
    assertThatThrownBy(() -> Dataset.of("x", List.of("a"), mixed.labeled(new int[6]), mixed, ""))
        .hasMessageContaining("differ in size");
  }

  /** Images of odd ids lie on their sides. */
  private static final class MixedSizes implements ImageSet {
    @Override
    public int count() {
      return IMAGES.count();
    }

    @Override
    public int[] labels() {
      return IMAGES.labels();
    }

    @Override
    public int channels() {
      return 3;
    }

    @Override
    public int height(int id) {
      return id % 2 == 0 ? 5 : 4;
    }

    @Override
    public int width(int id) {
      return id % 2 == 0 ? 4 : 5;
    }

    @Override
    public void read(int id, Reader reader) {
      IMAGES.read(id, reader);
    }
  }

  @Test
  void rejectsMismatchedSizes() {
    assertThatThrownBy(() -> ImageSet.of(new byte[23], new int[2], 3, 2, 2))
        .hasMessageContaining("24 expected");
    assertThatThrownBy(() -> ImageSet.of(new byte[12], new int[] {-1}, 3, 2, 2))
        .hasMessageContaining("label -1");
    assertThatThrownBy(() -> ImageSet.of(new byte[0], new int[1], 3, 0, 2))
        .hasMessageContaining("3×0×2");
    // 4 · 2^15 · 2^15 = 2^32, which is 0 as an int
    assertThatThrownBy(() -> ImageSet.of(new byte[0], new int[1], 4, 1 << 15, 1 << 15))
        .hasMessageContaining("4×32768×32768");
  }

  @Test
  void picturesHaveRedGreenAndBlue() {
    BufferedImage picture =
        ImageFiles.picture(ImageSet.of(new byte[] {1, 2, 3, 4, 5, 6}, new int[1], 3, 1, 2), 0);
    assertThat(picture.getRGB(1, 0) & 0xFFFFFF).isEqualTo(0x020406);
  }
}
