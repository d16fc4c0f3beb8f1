package dev.softgate.data.decoding;

import dev.softgate.data.decoding.ImageDecoder.Size;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The segments of a JPEG file: what its headers state, and a copy of the segments that make pixels.
 * Decoders fail on some of the others (profiles, thumbnails, bytes between segments).
 *
 * <p>libjpeg's rule decides whether three components are RGB or YCbCr, and four CMYK or YCCK
 * ({@code default_decompress_parms} in jdapimin.c).
 */
final class JpegFile {

  private static final int START = 0xD8;
  private static final int END = 0xD9;
  private static final int SCAN = 0xDA;
  private static final int FRAME = 0xC0;
  private static final int FIRST_RESTART = 0xD0;
  private static final int FIRST_APPLICATION = 0xE0;
  private static final int LAST_APPLICATION = 0xEF;
  private static final int COMMENT = 0xFE;
  private static final int NO_ADOBE = -1;

  private final byte[] file;
  private final ByteArrayOutputStream pixels = new ByteArrayOutputStream();
  private final List<String> remarks = new ArrayList<>();
  private final ByteArrayOutputStream profile = new ByteArrayOutputStream();
  private Orientation exif = Orientation.UPRIGHT;
  private Orientation xmp = Orientation.UPRIGHT;
  private Size size = new Size(0, 0);
  private int frame;
  private int precision;
  private byte[] components = new byte[0];
  private boolean jfif;
  private int adobeTransform = NO_ADOBE;
  private boolean ended;
  private int passedOver;

  private JpegFile(byte[] file) {
    this.file = file;
  }

  enum Colors {
    GRAY,
    RGB,
    YCBCR,
    CMYK,
    YCCK
  }

  /** Reads the segments; throws IOException if there is no image of a supported kind. */
  static JpegFile parse(byte[] file) throws IOException {
    JpegFile jpeg = new JpegFile(file);
    jpeg.readSegments();
    jpeg.check();
    return jpeg;
  }

  /** The orientation that the headers state; upright if the file is damaged. */
  static Orientation orientation(byte[] file) {
    JpegFile jpeg = new JpegFile(file);
    jpeg.readSegments();
    return jpeg.exif.or(jpeg.xmp);
  }

  private int at(int position) {
    return file[position] & 0xFF;
  }

  private int twoAt(int position) {
    return at(position) << 8 | at(position + 1);
  }

  private void readSegments() {
    pixels.write(0xFF);
    pixels.write(START);
    int position = 2;
    while (position + 1 < file.length && !ended) {
      if (at(position) != 0xFF) {
        passedOver++;
        position++;
      } else if (at(position + 1) == 0xFF || at(position + 1) == 0) { // fill, or a stuffed byte
        position++;
      } else {
        position = readSegment(at(position + 1), position + 2);
      }
    }
  }

  /** The position after a segment whose marker ends before {@code start}. */
  private int readSegment(int marker, int start) {
    if (marker == END) {
      pixels.write(0xFF);
      pixels.write(END);
      ended = true;
      return start;
    }
    if (marker == 1 || marker == START || isRestart(marker)) { // has no content
      return start;
    }
    if (start + 2 > file.length || twoAt(start) < 2 || start + twoAt(start) > file.length) {
      return file.length;
    }
    int end = start + twoAt(start);
    if (marker >= FIRST_APPLICATION && marker <= LAST_APPLICATION) {
      readApplication(marker, start + 2, end);
      return end;
    }
    if (marker == COMMENT) {
      return end;
    }
    if ((marker & 0xF0) == FRAME && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) {
      readFrame(marker, start, end);
    }
    int rest = marker == SCAN ? scanEnd(end) : end;
    pixels.write(file, start - 2, rest - start + 2);
    return rest;
  }

  private static boolean isRestart(int marker) {
    return marker >= FIRST_RESTART && marker < START;
  }

  /** The end of the entropy-coded bytes from {@code start}: a marker, or the end of the file. */
  private int scanEnd(int start) {
    for (int position = start; position + 1 < file.length; position++) {
      if (at(position) == 0xFF) {
        int next = at(position + 1);
        if (next != 0 && next != 0xFF && !isRestart(next)) {
          return position;
        }
      }
    }
    return file.length;
  }

  private void readFrame(int marker, int start, int end) {
    if (frame != 0 || end - start < 8 || end - start < 8 + 3 * at(start + 7)) {
      return;
    }
    frame = marker;
    precision = at(start + 2);
    size = new Size(twoAt(start + 3), twoAt(start + 5));
    components = new byte[at(start + 7)];
    for (int c = 0; c < components.length; c++) {
      components[c] = file[start + 8 + 3 * c];
    }
  }

  private void readApplication(int marker, int start, int end) {
    if (marker == 0xE0 && end - start >= 12 && ImageFormat.begins(file, start, "JFIF\0")) {
      jfif = true;
    } else if (marker == 0xE1 && ImageFormat.begins(file, start, "Exif\0")) {
      exif = exif.or(Orientation.ofExif(file, start + 6, end));
    } else if (marker == 0xE1
        && ImageFormat.begins(file, start, "http://ns.adobe.com/xap/1.0/\0")) {
      xmp = xmp.or(Orientation.ofXmp(file, start, end));
    } else if (marker == 0xE2
        && end - start >= 14
        && ImageFormat.begins(file, start, "ICC_PROFILE\0")) {
      profile.write(file, start + 14, end - start - 14);
    } else if (marker == 0xEE && end - start >= 12 && ImageFormat.begins(file, start, "Adobe")) {
      adobeTransform = at(start + 11);
    }
  }

  private void check() throws IOException {
    if (frame == 0 || size.height() == 0 || size.width() == 0) {
      throw new IOException("no header of an image");
    }
    if (frame > 0xC2 || precision != 8) {
      throw new IOException(
          "a JPEG of kind SOF%d with %d bits; only SOF0 to SOF2 with 8 bits are supported"
              .formatted(frame - FRAME, precision));
    }
    int count = components.length;
    if (count != 1 && count != 3 && count != 4) {
      throw new IOException("a JPEG with %d color components".formatted(count));
    }
    if (passedOver > 0) {
      remarks.add("%d bytes between its segments are skipped".formatted(passedOver));
    }
    checkProfile(count == 1 ? "GRAY" : count == 3 ? "RGB " : "CMYK");
  }

  /** No profile is applied, so a damaged one is a remark and no failure. */
  private void checkProfile(String space) {
    byte[] bytes = profile.toByteArray();
    if (bytes.length == 0) {
      return;
    }
    boolean whole =
        bytes.length >= 128
            && (ByteBuffer.wrap(bytes).getInt() & 0xFFFF_FFFFL) <= bytes.length
            && ImageFormat.begins(bytes, 36, "acsp");
    if (!whole || !ImageFormat.begins(bytes, 16, space)) {
      remarks.add(
          "its color profile is %s and not used".formatted(whole ? "for other colors" : "damaged"));
    }
  }

  Size size() {
    return size;
  }

  /** Whether the file has the marker that ends an image. */
  boolean isWhole() {
    return ended;
  }

  /** What is odd about the file without a loss of pixels. */
  List<String> remarks() {
    return remarks;
  }

  byte[] pixels() {
    return pixels.toByteArray();
  }

  /** What the components are, by libjpeg's rule. */
  Colors colors() {
    if (components.length == 1) {
      return Colors.GRAY;
    }
    if (components.length == 4) {
      return adobeTransform == NO_ADOBE || adobeTransform == 0 ? Colors.CMYK : Colors.YCCK;
    }
    if (jfif) {
      return Colors.YCBCR;
    }
    if (adobeTransform != NO_ADOBE) {
      return adobeTransform == 0 ? Colors.RGB : Colors.YCBCR;
    }
    boolean named = components[0] == 'R' && components[1] == 'G' && components[2] == 'B';
    return named ? Colors.RGB : Colors.YCBCR;
  }
}
