package dev.softgate.data.decoding;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Converts decoded samples to planes of red, green and blue, as the usual Python loaders do ({@code
 * Image.convert("RGB")}). It takes the stored values: no color profile is applied, alpha is dropped
 * without blending, 16 bits become their upper 8, and CMYK is converted by its plain formula.
 */
public final class PixelColors {

  private static final int CHANNELS = ImageDecoder.CHANNELS;

  private PixelColors() {}

  /** Fills three planes from a row of samples. */
  @FunctionalInterface
  private interface Row {
    void write(int y, byte[] planes, int at);
  }

  private static byte[] planes(int height, int width, Row row) {
    byte[] planes = new byte[CHANNELS * height * width];
    for (int y = 0; y < height; y++) {
      row.write(y, planes, y * width);
    }
    return planes;
  }

  /** Converts an image to uint8, C×H×W with C = 3; a new array. */
  public static byte[] of(BufferedImage image) {
    ColorModel colors = image.getColorModel();
    Raster raster = image.getRaster();
    int type = colors.getColorSpace().getType();
    boolean stored =
        !(colors instanceof IndexColorModel)
            && !colors.isAlphaPremultiplied()
            && (raster.getTransferType() == DataBuffer.TYPE_BYTE
                || raster.getTransferType() == DataBuffer.TYPE_USHORT)
            && raster.getSampleModel().getSampleSize(0) >= 8;
    if (stored && type == ColorSpace.TYPE_CMYK) {
      return ofCmyk(raster, false);
    }
    if (type == ColorSpace.TYPE_GRAY && !(colors instanceof IndexColorModel)) {
      return ofBands(raster, 0, 0, 0);
    }
    return stored && type == ColorSpace.TYPE_RGB ? ofBands(raster, 0, 1, 2) : ofModel(image);
  }

  private static byte[] ofModel(BufferedImage image) {
    int width = image.getWidth();
    int plane = image.getHeight() * width;
    int[] row = new int[width];
    return planes(
        image.getHeight(),
        width,
        (y, planes, at) -> {
          image.getRGB(0, y, width, 1, row, 0, width);
          for (int x = 0; x < width; x++) {
            planes[at + x] = (byte) (row[x] >> 16);
            planes[plane + at + x] = (byte) (row[x] >> 8);
            planes[2 * plane + at + x] = (byte) row[x];
          }
        });
  }

  private static byte[] ofBands(Raster raster, int... bands) {
    int width = raster.getWidth();
    int plane = raster.getHeight() * width;
    int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - 8);
    int[] row = new int[width];
    return planes(
        raster.getHeight(),
        width,
        (y, planes, at) -> {
          for (int c = 0; c < CHANNELS; c++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, bands[c], row);
            for (int x = 0; x < width; x++) {
              planes[c * plane + at + x] = (byte) (row[x] >> shift);
            }
          }
        });
  }

  /** Converts a JPEG's one, three or four uint8 bands to uint8, C×H×W with C = 3; a new array. */
  static byte[] of(Raster raster, JpegFile.Colors colors) {
    return switch (colors) {
      case GRAY -> ofBands(raster, 0, 0, 0);
      case RGB -> ofBands(raster, 0, 1, 2);
      case CMYK -> ofCmyk(raster, true);
      case YCBCR, YCCK -> ofYcc(raster, colors == JpegFile.Colors.YCCK);
    };
  }

  /** R = (255 − C)·(255 − K)/255; JPEGs store 255 − C, a custom that Adobe began. */
  private static byte[] ofCmyk(Raster raster, boolean inverted) {
    int width = raster.getWidth();
    int plane = raster.getHeight() * width;
    int shift = raster.getSampleModel().getSampleSize(0) - 8;
    int flip = inverted ? 0 : 0xFF;
    int[] row = new int[width * raster.getNumBands()];
    int bands = raster.getNumBands();
    return planes(
        raster.getHeight(),
        width,
        (y, planes, at) -> {
          raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
          for (int x = 0; x < width; x++) {
            int light = (row[x * bands + 3] >> shift) ^ flip;
            for (int c = 0; c < CHANNELS; c++) {
              planes[c * plane + at + x] =
                  (byte) darkened((row[x * bands + c] >> shift) ^ flip, light);
            }
          }
        });
  }

  private static int darkened(int color, int light) {
    return (color * light + 127) / 255;
  }

  /** In the integer arithmetic of libjpeg (jdcolor.c, {@code build_ycc_rgb_table}), bit for bit. */
  private static byte[] ofYcc(Raster raster, boolean withBlack) {
    int width = raster.getWidth();
    int plane = raster.getHeight() * width;
    int bands = raster.getNumBands();
    byte[] row = new byte[width * bands];
    return planes(
        raster.getHeight(),
        width,
        (y, planes, at) -> {
          raster.getDataElements(raster.getMinX(), raster.getMinY() + y, width, 1, row);
          for (int x = 0; x < width; x++) {
            int luma = row[x * bands] & 0xFF;
            int blueness = (row[x * bands + 1] & 0xFF) - 128;
            int redness = (row[x * bands + 2] & 0xFF) - 128;
            int red = clip(luma + ((91881 * redness + 32768) >> 16));
            int green = clip(luma + ((-22554 * blueness - 46802 * redness + 32768) >> 16));
            int blue = clip(luma + ((116130 * blueness + 32768) >> 16));
            int light = withBlack ? row[x * bands + 3] & 0xFF : 255;
            planes[at + x] = (byte) (withBlack ? darkened(255 - red, light) : red);
            planes[plane + at + x] = (byte) (withBlack ? darkened(255 - green, light) : green);
            planes[2 * plane + at + x] = (byte) (withBlack ? darkened(255 - blue, light) : blue);
          }
        });
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
