package dev.softgate.data.decoding;

import java.io.IOException;
import java.util.Arrays;

/**
 * A key frame of VP8, the content of lossy WebP files (RFC 6386), decoded to the bits of libwebp.
 * (TwelveMonkeys reads such a photo with a mean error of 7 of 255.)
 */
final class Vp8Frame {

  /** The mode of a macroblock whose 16 squares have modes of their own. */
  private static final int SMALL = 4;

  private static final int SEGMENTS = 4;

  private final byte[] data;
  private final int columns;
  private final int rows;
  private final Vp8Plane[] planes;
  private final Vp8Bits modes;
  private final Vp8Bits[] tokens;
  private final int[] probabilities = Vp8Tables.COEFFICIENTS.clone();
  private final int[] segmentTree = {255, 255, 255};
  private final int[] segmentSteps = new int[SEGMENTS];
  private final Vp8Filter filter = new Vp8Filter();
  private final int[] deltas = new int[5];
  private boolean segments;
  private boolean segmentMap;
  private boolean absolute;
  private int step;
  private int skipProbability;
  private final int[] modesAbove;
  private final int[] modesLeft = new int[4];
  private final int[] nonZeroAbove; // 4 of luma, 2 and 2 of chroma, one of second order, a column
  private final int[] nonZeroLeft = new int[9];
  private final int[] coefficients = new int[25 * 16];

  private Vp8Frame(byte[] data, int from, int to, ImageDecoder.Size size) throws IOException {
    this.data = data;
    if (to - from < 10 || (data[from] & 1) != 0 || at(from + 3) != 0x9D) {
      throw new IOException("no key frame of VP8");
    }
    int width = (at(from + 7) << 8 | at(from + 6)) & 0x3FFF;
    int height = (at(from + 9) << 8 | at(from + 8)) & 0x3FFF;
    if (width != size.width() || height != size.height()) {
      throw new IOException("a frame of another size than the image");
    }
    columns = (width + 15) / 16;
    rows = (height + 15) / 16;
    planes =
        new Vp8Plane[] {
          new Vp8Plane(16 * columns, 16 * rows),
          new Vp8Plane(8 * columns, 8 * rows),
          new Vp8Plane(8 * columns, 8 * rows)
        };
    modesAbove = new int[4 * columns];
    nonZeroAbove = new int[9 * columns];
    int first = from + 10;
    int firstEnd = first + ((at(from) | at(from + 1) << 8 | at(from + 2) << 16) >> 5);
    modes = new Vp8Bits(data, first, Math.min(firstEnd, to));
    readSegmentsAndFilter();
    tokens = new Vp8Bits[1 << modes.literal(2)];
    int partition = firstEnd + 3 * (tokens.length - 1);
    for (int i = 0; i < tokens.length; i++) {
      int sizeAt = firstEnd + 3 * i;
      if (partition > to) {
        throw new IOException("it ends too early");
      }
      int end =
          i + 1 == tokens.length
              ? to
              : partition + (at(sizeAt) | at(sizeAt + 1) << 8 | at(sizeAt + 2) << 16);
      tokens[i] = new Vp8Bits(data, partition, Math.min(end, to));
      partition = end;
    }
    readSteps();
    decode();
    if (modes.ranOut() || Arrays.stream(tokens).anyMatch(Vp8Bits::ranOut)) {
      throw new IOException("it ends too early");
    }
    filter.apply(planes, columns, rows);
  }

  /** Decodes a frame to uint8, C×H×W with C = 3; IOException if it ends too early. */
  static byte[] decode(byte[] file, int from, int to, ImageDecoder.Size size) throws IOException {
    return Vp8Colors.planes(new Vp8Frame(file, from, to, size).planes, size);
  }

  private int at(int position) {
    return data[position] & 0xFF;
  }

  private void readSegmentsAndFilter() {
    modes.literal(2); // color space, clamping
    segments = modes.flag();
    int[] strengths = new int[SEGMENTS];
    if (segments) {
      segmentMap = modes.flag();
      if (modes.flag()) {
        absolute = modes.flag();
        for (int s = 0; s < SEGMENTS; s++) {
          segmentSteps[s] = modes.optional(7);
        }
        for (int s = 0; s < SEGMENTS; s++) {
          strengths[s] = modes.optional(6);
        }
      }
      for (int i = 0; segmentMap && i < segmentTree.length; i++) {
        segmentTree[i] = modes.flag() ? modes.literal(8) : 255;
      }
    }
    filter.read(modes, segments ? strengths : new int[SEGMENTS], segments && absolute);
  }

  private void readSteps() {
    step = modes.literal(7);
    for (int i = 0; i < deltas.length; i++) {
      deltas[i] = modes.optional(4);
    }
    modes.flag(); // whether later frames keep these probabilities
    for (int i = 0; i < probabilities.length; i++) {
      if (modes.bit(Vp8Tables.UPDATES[i]) == 1) {
        probabilities[i] = modes.literal(8);
      }
    }
    skipProbability = modes.flag() ? modes.literal(8) : -1;
  }

  private void decode() {
    for (int row = 0; row < rows; row++) {
      Arrays.fill(modesLeft, 0);
      Arrays.fill(nonZeroLeft, 0);
      for (int column = 0; column < columns; column++) {
        decodeMacroblock(column, row, tokens[row & (tokens.length - 1)]);
      }
    }
  }

  private void decodeMacroblock(int column, int row, Vp8Bits bits) {
    int segment = segmentMap ? modes.tree(Vp8Tables.SEGMENT_TREE, segmentTree) : 0;
    boolean skipped = skipProbability >= 0 && modes.bit(skipProbability) == 1;
    int mode = modes.tree(Vp8Tables.MODE_TREE, Vp8Tables.MODE_PROBABILITIES);
    int[] small = smallModes(mode, column);
    int chroma = modes.tree(Vp8Tables.CHROMA_TREE, Vp8Tables.CHROMA_PROBABILITIES);
    Arrays.fill(coefficients, 0);
    boolean any = false;
    if (skipped) {
      int kept = mode == SMALL ? 8 : 9; // a macroblock without second order keeps its context
      Arrays.fill(nonZeroLeft, 0, kept, 0);
      Arrays.fill(nonZeroAbove, 9 * column, 9 * column + kept, 0);
    } else {
      any = readCoefficients(bits, mode == SMALL, column, segment);
    }
    filter.note(segment, mode == SMALL, any);
    if (mode == SMALL) {
      addSmall(column, row, small);
    } else {
      planes[0].predict(mode, 16 * column, 16 * row, 16);
      for (int i = 0; i < 16; i++) {
        int index = planes[0].index(16 * column + 4 * (i & 3), 16 * row + 4 * (i >> 2));
        planes[0].addTransform(index, coefficients, 16 * i);
      }
    }
    for (int p = 1; p < 3; p++) {
      planes[p].predict(chroma, 8 * column, 8 * row, 8);
      for (int i = 0; i < 4; i++) {
        int index = planes[p].index(8 * column + 4 * (i & 1), 8 * row + 4 * (i >> 1));
        planes[p].addTransform(index, coefficients, 16 * (12 + 4 * p + i));
      }
    }
  }

  private int[] smallModes(int mode, int column) {
    int[] small = new int[16];
    for (int i = 0; i < 16; i++) {
      int above = 4 * column + (i & 3);
      int left = i >> 2;
      if (mode == SMALL) {
        int first = 9 * (10 * modesAbove[above] + modesLeft[left]);
        small[i] =
            modes.tree(
                Vp8Tables.SMALL_TREE, Arrays.copyOfRange(Vp8Tables.SMALL_MODES, first, first + 9));
      } else {
        small[i] = mode == 0 ? 0 : mode == 3 ? 1 : mode + 1; // as if its squares had that mode
      }
      modesAbove[above] = small[i];
      modesLeft[left] = small[i];
    }
    return small;
  }

  private void addSmall(int column, int row, int[] small) {
    Vp8Plane luma = planes[0];
    int start = luma.index(16 * column, 16 * row);
    int[] beyond = new int[4]; // above and to the right of the macroblock
    for (int i = 0; i < 4; i++) {
      boolean last = column + 1 == columns && row > 0;
      beyond[i] = row == 0 ? 127 : luma.get(start - luma.stride + (last ? 15 : 16 + i));
    }
    for (int i = 0; i < 16; i++) {
      int index = start + 4 * (i >> 2) * luma.stride + 4 * (i & 3);
      int[] right = beyond;
      if ((i & 3) != 3) {
        right = new int[4];
        for (int k = 0; k < 4; k++) {
          right[k] = luma.get(index - luma.stride + 4 + k);
        }
      }
      luma.predictSmall(small[i], index, right);
      luma.addTransform(index, coefficients, 16 * i);
    }
  }

  private boolean readCoefficients(Vp8Bits bits, boolean small, int column, int segment) {
    int base = segments ? segmentSteps[segment] + (absolute ? 0 : step) : step;
    int above = 9 * column;
    boolean any = false;
    int first = 0;
    if (!small) {
      first = 1;
      int ac = Math.max(8, stepOf(Vp8Tables.AC_STEPS, base + deltas[2], 127) * 155 / 100);
      int[] steps = {2 * stepOf(Vp8Tables.DC_STEPS, base + deltas[1], 127), ac};
      int context = nonZeroLeft[8] + nonZeroAbove[above + 8];
      int end = readSquare(bits, 1, context, steps, 0, 24 * 16);
      nonZeroLeft[8] = end > 0 ? 1 : 0;
      nonZeroAbove[above + 8] = nonZeroLeft[8];
      spreadSecondOrder();
    }
    int[] luma = {
      stepOf(Vp8Tables.DC_STEPS, base + deltas[0], 127), stepOf(Vp8Tables.AC_STEPS, base, 127)
    };
    int[] chroma = {
      stepOf(Vp8Tables.DC_STEPS, base + deltas[3], 117),
      stepOf(Vp8Tables.AC_STEPS, base + deltas[4], 127)
    };
    for (int i = 0; i < 24; i++) {
      boolean isLuma = i < 16;
      int left = isLuma ? i >> 2 : 4 + 2 * ((i - 16) >> 2) + ((i - 16) >> 1 & 1);
      int top = above + (isLuma ? i & 3 : 4 + 2 * ((i - 16) >> 2) + (i & 1));
      int type = isLuma ? small ? 3 : 0 : 2;
      int start = isLuma ? first : 0;
      int end =
          readSquare(
              bits,
              type,
              nonZeroLeft[left] + nonZeroAbove[top],
              isLuma ? luma : chroma,
              start,
              16 * i);
      nonZeroLeft[left] = end > start ? 1 : 0;
      nonZeroAbove[top] = nonZeroLeft[left];
      any |= end > 1 || coefficients[16 * i] != 0;
    }
    return any;
  }

  private static int stepOf(int[] steps, int index, int greatest) {
    return steps[Math.max(0, Math.min(greatest, index))];
  }

  /** Reads and dequantizes a square's coefficients; returns their end. */
  private int readSquare(Vp8Bits bits, int type, int context, int[] steps, int start, int to) {
    int p = 11 * (3 * (8 * type + Vp8Tables.BANDS[start]) + context);
    int n = start;
    while (n < 16) {
      if (bits.bit(probabilities[p]) == 0) {
        return n;
      }
      while (bits.bit(probabilities[p + 1]) == 0) {
        n++;
        if (n == 16) {
          return n;
        }
        p = 11 * 3 * (8 * type + Vp8Tables.BANDS[n]);
      }
      int value = bits.bit(probabilities[p + 2]) == 0 ? 1 : large(bits, p);
      int next = value == 1 ? 1 : 2;
      coefficients[to + Vp8Tables.ZIGZAG[n]] =
          (bits.flag() ? -value : value) * steps[n == 0 ? 0 : 1];
      n++;
      p = 11 * (3 * (8 * type + Vp8Tables.BANDS[n]) + next);
    }
    return n;
  }

  private int large(Vp8Bits bits, int p) {
    if (bits.bit(probabilities[p + 3]) == 0) {
      return bits.bit(probabilities[p + 4]) == 0 ? 2 : 3 + bits.bit(probabilities[p + 5]);
    }
    if (bits.bit(probabilities[p + 6]) == 0) {
      if (bits.bit(probabilities[p + 7]) == 0) {
        return 5 + bits.bit(159);
      }
      int high = 2 * bits.bit(165);
      return 7 + high + bits.bit(145);
    }
    int high = bits.bit(probabilities[p + 8]);
    int category = 2 * high + bits.bit(probabilities[p + 9 + high]);
    int value = 0;
    for (int probability : Vp8Tables.CATEGORIES[category]) {
      value = 2 * value + bits.bit(probability);
    }
    return 3 + (8 << category) + value;
  }

  /** The inverse Walsh-Hadamard transform: the 16 squares' first coefficients (section 14.3). */
  private void spreadSecondOrder() {
    int from = 24 * 16;
    int[] sums = new int[16];
    for (int i = 0; i < 4; i++) {
      int a0 = coefficients[from + i] + coefficients[from + 12 + i];
      int a1 = coefficients[from + 4 + i] + coefficients[from + 8 + i];
      int a2 = coefficients[from + 4 + i] - coefficients[from + 8 + i];
      int a3 = coefficients[from + i] - coefficients[from + 12 + i];
      sums[i] = a0 + a1;
      sums[8 + i] = a0 - a1;
      sums[4 + i] = a3 + a2;
      sums[12 + i] = a3 - a2;
    }
    for (int i = 0; i < 4; i++) {
      int a0 = sums[4 * i] + 3 + sums[4 * i + 3];
      int a1 = sums[4 * i + 1] + sums[4 * i + 2];
      int a2 = sums[4 * i + 1] - sums[4 * i + 2];
      int a3 = sums[4 * i] + 3 - sums[4 * i + 3];
      coefficients[64 * i] = (a0 + a1) >> 3;
      coefficients[64 * i + 16] = (a3 + a2) >> 3;
      coefficients[64 * i + 32] = (a0 - a1) >> 3;
      coefficients[64 * i + 48] = (a3 - a2) >> 3;
    }
  }
}
