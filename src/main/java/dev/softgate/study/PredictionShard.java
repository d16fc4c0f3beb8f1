package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The predictions of one shard, as rows of the tables.
 *
 * @param blocks in the order of the shard's blocks
 * @param settings what the predictions depend on, by name
 */
record PredictionShard(List<Block> blocks, Map<String, String> settings) {

  private static final String ROWS = "rows";
  private static final String UNREADABLE = "unreadable";
  private static final String SIZES = "sizes";
  private static final int NUMBERS = 4;

  /**
   * A block's predictions.
   *
   * @param images how many images it has
   * @param rows their rows
   * @param unreadableFiles how many other files it has
   * @param unreadable their rows
   */
  record Block(int images, String rows, int unreadableFiles, String unreadable) {

    static Block of(PredictionReport report) {
      return new Block(
          report.predictions().size(),
          PredictionTable.rows(report.predictions()),
          report.unreadable().size(),
          PredictionTable.unreadable(report.unreadable()));
    }
  }

  int images() {
    return blocks.stream().mapToInt(Block::images).sum();
  }

  int unreadableFiles() {
    return blocks.stream().mapToInt(Block::unreadableFiles).sum();
  }

  /** Writes a file with a checksum. */
  void write(Path file) {
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    ByteArrayOutputStream unreadable = new ByteArrayOutputStream();
    int[] sizes = new int[Math.multiplyExact(NUMBERS, blocks.size())];
    for (int b = 0; b < blocks.size(); b++) {
      Block block = blocks.get(b);
      byte[] own = block.rows.getBytes(StandardCharsets.UTF_8);
      byte[] others = block.unreadable.getBytes(StandardCharsets.UTF_8);
      rows.writeBytes(own);
      unreadable.writeBytes(others);
      int[] numbers = {block.images, own.length, block.unreadableFiles, others.length};
      System.arraycopy(numbers, 0, sizes, NUMBERS * b, NUMBERS);
    }
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    tensors.put(SIZES, HostTensor.ofInts(sizes, blocks.size(), NUMBERS));
    tensors.put(ROWS, bytes(rows));
    tensors.put(UNREADABLE, bytes(unreadable));
    Safetensors.writeSealed(file, tensors, settings);
  }

  private static HostTensor bytes(ByteArrayOutputStream written) {
    return HostTensor.of(ElementType.U8, ByteBuffer.wrap(written.toByteArray()), written.size());
  }

  /**
   * Reads a file.
   *
   * @throws BadInputException if it is damaged or no such file
   */
  static PredictionShard read(Path file) {
    Safetensors.Contents contents = Safetensors.readSealed(file);
    try {
      HostTensor sizes = contents.tensor(SIZES);
      ByteBuffer rows = contents.tensor(ROWS).data();
      ByteBuffer unreadable = contents.tensor(UNREADABLE).data();
      int[] numbers = new int[Math.toIntExact(sizes.elements())];
      boolean fits = sizes.type() == ElementType.I32 && numbers.length % NUMBERS == 0;
      if (fits) {
        sizes.data().asIntBuffer().get(numbers);
      }
      fits =
          fits
              && IntStream.of(numbers).allMatch(number -> number >= 0)
              && sum(numbers, 1) == rows.remaining()
              && sum(numbers, 3) == unreadable.remaining();
      if (!fits) {
        throw new BadInputException("it does not hold predictions of a shard; run it again");
      }
      List<Block> blocks = new ArrayList<>();
      for (int at = 0; at < numbers.length; at += NUMBERS) {
        blocks.add(
            new Block(
                numbers[at],
                text(rows, numbers[at + 1]),
                numbers[at + 2],
                text(unreadable, numbers[at + 3])));
      }
      return new PredictionShard(blocks, contents.metadata());
    } catch (BadInputException e) {
      throw e.in(file);
    }
  }

  private static long sum(int[] numbers, int column) {
    return IntStream.range(0, numbers.length)
        .filter(i -> i % NUMBERS == column)
        .mapToLong(i -> numbers[i])
        .sum();
  }

  private static String text(ByteBuffer from, int length) {
    byte[] bytes = new byte[length];
    from.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
