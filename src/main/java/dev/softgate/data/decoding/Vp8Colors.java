package dev.softgate.data.decoding;

/** Converts Y, U and V to RGB as libwebp does ("fancy" upsampling, BT.601 in 14 bits). */
final class Vp8Colors {

  private Vp8Colors() {}

  /** Interpolates U and V, of half Y's size, and converts to uint8, C×H×W with C = 3. */
  static byte[] planes(Vp8Plane[] yuv, ImageDecoder.Size size) {
    int width = size.width();
    int plane = size.height() * width;
    byte[] planes = new byte[3 * plane];
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < width; x++) {
        int luma = (yuv[0].get(yuv[0].index(x, y)) * 19077) >> 8;
        int u = chroma(yuv[1], x, y, size);
        int v = chroma(yuv[2], x, y, size);
        int i = y * width + x;
        planes[i] = clip(luma + ((v * 26149) >> 8) - 14234);
        planes[plane + i] = clip(luma - ((u * 6419) >> 8) - ((v * 13320) >> 8) + 8708);
        planes[2 * plane + i] = clip(luma + ((u * 33050) >> 8) - 17685);
      }
    }
    return planes;
  }

  private static int chroma(Vp8Plane plane, int x, int y, ImageDecoder.Size size) {
    int column = x >> 1;
    int row = y >> 1;
    int nextRow = Math.max(0, Math.min((size.height() - 1) >> 1, (y & 1) == 1 ? row + 1 : row - 1));
    int nextColumn = (x & 1) == 1 ? column + 1 : column - 1;
    int near = plane.get(plane.index(column, row));
    int vertical = plane.get(plane.index(column, nextRow));
    if (nextColumn < 0 || nextColumn > (size.width() - 1) >> 1) {
      return (3 * near + vertical + 2) >> 2;
    }
    int horizontal = plane.get(plane.index(nextColumn, row));
    int diagonal = plane.get(plane.index(nextColumn, nextRow));
    int all = near + vertical + horizontal + diagonal + 8;
    return (((all + 2 * (horizontal + vertical)) >> 3) + near) >> 1;
  }

  private static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value >> 6));
  }
}
