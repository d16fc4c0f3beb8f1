package dev.softgate.data;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the two official binary formats (<a
 * href="https://www.cs.toronto.edu/~kriz/cifar.html">CIFAR's page</a>). A row of a file has its
 * label bytes and then the planes R, G and B of 32×32 pixels. The Python version has a pickle for
 * each of these files, with the same rows.
 *
 * @param datasetName the value of {@code --dataset}
 * @param labelBounds for every label byte of a row, the number that it must stay below; the last
 *     byte is the label
 * @param classNames in the order of the class ids
 */
record CifarFormat(
    String datasetName,
    Layout layout,
    Official official,
    Python python,
    List<Integer> labelBounds,
    List<String> classNames) {

  /** One label byte per row; the train images are in five files. */
  static final CifarFormat CIFAR10 =
      new CifarFormat(
          "cifar10",
          new Layout(
              "cifar-10-batches-bin",
              List.of(
                  "data_batch_1.bin",
                  "data_batch_2.bin",
                  "data_batch_3.bin",
                  "data_batch_4.bin",
                  "data_batch_5.bin"),
              "test_batch.bin",
              "batches.meta.txt"),
          new Official(
              "cifar-10-",
              // 170,052,171 bytes; the hash is from TensorFlow Datasets
              "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
          new Python(
              "cifar-10-batches-py",
              "batches.meta",
              "labels",
              "label_names",
              // of cifar-10-python.tar.gz, from Keras
              "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"),
          List.of(10),
          words("airplane automobile bird cat deer dog frog horse ship truck"));

  /** A coarse and a fine label byte per row; the fine one is the label. */
  static final CifarFormat CIFAR100 =
      new CifarFormat(
          "cifar100",
          new Layout("cifar-100-binary", List.of("train.bin"), "test.bin", "fine_label_names.txt"),
          new Official(
              "cifar-100-",
              // 168,513,733 bytes; the hash is from TensorFlow Datasets
              "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"),
          new Python(
              "cifar-100-python",
              "meta",
              "fine_labels",
              "fine_label_names",
              // of cifar-100-python.tar.gz, from Keras
              "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7"),
          List.of(20, 100),
          words(
              """
              apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy
              bridge bus butterfly camel can castle caterpillar cattle chair chimpanzee clock
              cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish
              forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion
              lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree
              orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy
              porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk
              skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table
              tank telephone television tiger tractor train trout tulip turtle wardrobe whale
              willow_tree wolf woman worm
              """));

  static final int CHANNELS = 3;

  /** H and W of every image, in pixels. */
  static final int SIDE = 32;

  static final int PIXEL_BYTES = CHANNELS * SIDE * SIDE;

  /** The limit of the rows of a file and of a half; the official files have 50,000 at most. */
  static final int MAX_ROWS = 100_000;

  /** The names of the unpacked files and of their folder. */
  record Layout(String folder, List<String> trainFiles, String testFile, String classNamesFile) {}

  /** The published archive: the beginning of its name, and its hash in lower-case hexadecimal. */
  record Official(String prefix, String sha256) {

    String archive() {
      return prefix + "binary.tar.gz";
    }

    URI url() {
      return URI.create("https://www.cs.toronto.edu/~kriz/" + archive());
    }
  }

  /**
   * The Python version.
   *
   * @param folder the folder of the unpacked files
   * @param classNamesFile the pickle with the class names
   * @param labels the key of the labels in a pickle of rows
   * @param names the key of the class names
   * @param sha256 the hash of the archive
   */
  record Python(String folder, String classNamesFile, String labels, String names, String sha256) {

    /** The pickle that has the rows of a binary file. */
    static String file(String rowFile) {
      return rowFile.replaceFirst("\\.bin$", "");
    }
  }

  int classes() {
    return classNames.size();
  }

  int rowBytes() {
    return labelBounds.size() + PIXEL_BYTES;
  }

  /** The files with rows, train first. */
  List<String> rowFiles() {
    List<String> files = new ArrayList<>(layout.trainFiles);
    files.add(layout.testFile);
    return files;
  }

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+", -1));
  }
}
