package dev.softgate.data.decoding;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** The chunks of a WebP file. */
final class WebpFile {

  private static final int FIRST_CHUNK = 12;
  private static final int CHUNK_HEADER = 8;
  private static final int FRAME_HEADER = 16;
  private static final int HAS_PROFILE = 0x20;

  private WebpFile() {}

  @FunctionalInterface
  private interface Chunk {
    /** Its content lies from {@code start} to {@code end}. */
    void at(int start, int end);
  }

  private static void forEach(byte[] file, String name, Chunk chunk) {
    forEach(file, FIRST_CHUNK, file.length, name, chunk);
  }

  private static void forEach(byte[] file, int from, int to, String name, Chunk chunk) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long at = from;
    while (at + CHUNK_HEADER <= to) {
      int start = (int) at + CHUNK_HEADER;
      long length = in.getInt(start - 4) & 0xFFFF_FFFFL;
      if (ImageFormat.begins(file, start - CHUNK_HEADER, name)) {
        chunk.at(start, (int) Math.min(to, start + length));
      }
      at += CHUNK_HEADER + length + (length & 1);
    }
  }

  static Orientation orientation(byte[] file) {
    Orientation[] found = {Orientation.UPRIGHT, Orientation.UPRIGHT};
    forEach(
        file,
        "EXIF",
        (start, end) -> {
          int exif = ImageFormat.begins(file, start, "Exif\0\0") ? start + 6 : start;
          found[0] = Orientation.ofExif(file, exif, end);
        });
    forEach(file, "XMP ", (start, end) -> found[1] = Orientation.ofXmp(file, start, end));
    return found[0].or(found[1]);
  }

  /** The first frame, uint8, C×H×W with C = 3; null if it is lossless or smaller than the image. */
  static byte @Nullable [] lossyPlanes(byte[] file, ImageDecoder.Size size) throws IOException {
    int[] frame = new int[2];
    forEach(file, "VP8 ", (start, end) -> note(frame, start, end));
    forEach(
        file,
        "ANMF",
        (start, end) -> {
          ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
          boolean whole =
              end - start >= FRAME_HEADER
                  && (in.getInt(start + 6) & 0xFF_FFFF) + 1 == size.width()
                  && (in.getInt(start + 9) & 0xFF_FFFF) + 1 == size.height();
          if (frame[1] == 0 && whole) {
            forEach(file, start + FRAME_HEADER, end, "VP8 ", (s, e) -> note(frame, s, e));
          }
          frame[1] = frame[1] == 0 ? -1 : frame[1]; // no later frame counts
        });
    return frame[1] > 0 ? Vp8Frame.decode(file, frame[0], frame[1], size) : null;
  }

  private static void note(int[] frame, int start, int end) {
    if (frame[1] == 0) {
      frame[0] = start;
      frame[1] = end;
    }
  }

  /** The file without its color profile, which decoders fail on if it is damaged. */
  static byte[] withoutProfile(byte[] file) throws IOException {
    long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(4) & 0xFFFF_FFFFL;
    if (length + CHUNK_HEADER > file.length) {
      throw new IOException("it ends too early");
    }
    ByteArrayOutputStream rest = new ByteArrayOutputStream(file.length);
    int[] from = {0};
    forEach(
        file,
        "ICCP",
        (start, end) -> {
          rest.write(file, from[0], start - CHUNK_HEADER - from[0]);
          from[0] = Math.min(file.length, end + (end - start & 1));
        });
    rest.write(file, from[0], file.length - from[0]);
    byte[] copy = rest.toByteArray();
    ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putInt(4, copy.length - CHUNK_HEADER);
    forEach(copy, "VP8X", (start, end) -> copy[start] &= ~HAS_PROFILE);
    return copy;
  }
}
