package dev.softgate.data.decoding;

import dev.softgate.data.decoding.ImageDecoder.Size;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The screen of a GIF: the size of its image. The first frame lies on it and may be smaller. */
final class GifScreen {

  private static final int HEADER_BYTES = 13;
  private static final int EXTENSION = 0x21;
  private static final int IMAGE = 0x2C;

  private GifScreen() {}

  static Size size(byte[] file) throws IOException {
    if (file.length < HEADER_BYTES) {
      throw new IOException("it ends too early");
    }
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    return new Size(in.getShort(8) & 0xFFFF, in.getShort(6) & 0xFFFF);
  }

  /** The first frame on its screen, whose rest has the transparent color, or else color 0. */
  static BufferedImage of(byte[] file, BufferedImage frame) throws IOException {
    Size size = size(file);
    if (size.equals(new Size(frame.getHeight(), frame.getWidth()))
        || !(frame.getColorModel() instanceof IndexColorModel colors)) {
      return frame;
    }
    int at = firstImage(file);
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int left = in.getShort(at + 1) & 0xFFFF;
    int top = in.getShort(at + 3) & 0xFFFF;
    BufferedImage screen =
        new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
    int rest = colors.getRGB(Math.max(0, colors.getTransparentPixel()));
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        boolean inside =
            x >= left && y >= top && x < left + frame.getWidth() && y < top + frame.getHeight();
        screen.setRGB(x, y, inside ? frame.getRGB(x - left, y - top) : rest);
      }
    }
    return screen;
  }

  /** The position of the first image's descriptor. */
  private static int firstImage(byte[] file) throws IOException {
    int flags = file[10] & 0xFF;
    int at = HEADER_BYTES + ((flags & 0x80) == 0 ? 0 : 3 << (1 + (flags & 7)));
    while (at + 10 <= file.length && (file[at] & 0xFF) == EXTENSION) {
      at += 2;
      while (at < file.length && file[at] != 0) {
        at += 1 + (file[at] & 0xFF);
      }
      at++;
    }
    if (at + 10 > file.length || (file[at] & 0xFF) != IMAGE) {
      throw new IOException("it holds no image");
    }
    return at;
  }
}
