package dev.softgate.report;

import dev.softgate.data.ImageFiles;
import dev.softgate.data.ImageSet;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Small pictures within the page. */
final class Thumbnail {

  private static final int MOST_PIXELS = 64;

  /** PNG is exact and small enough up to this size. */
  private static final int EXACT_PIXELS = 32;

  private Thumbnail() {}

  /** An image as a data URI of at most 64×64 pixels: PNG up to 32×32, else JPEG. */
  static String dataUri(ImageSet images, int id) {
    BufferedImage picture = ImageFiles.picture(images, id);
    int largest = Math.max(picture.getWidth(), picture.getHeight());
    String format = largest <= EXACT_PIXELS ? "png" : "jpeg";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(largest > MOST_PIXELS ? scaled(picture, largest) : picture, format, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode an image in memory", e);
    }
    return "data:image/"
        + format
        + ";base64,"
        + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static BufferedImage scaled(BufferedImage picture, int largest) {
    int width = Math.max(1, picture.getWidth() * MOST_PIXELS / largest);
    int height = Math.max(1, picture.getHeight() * MOST_PIXELS / largest);
    BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = small.createGraphics();
    canvas.drawImage(
        picture.getScaledInstance(width, height, Image.SCALE_AREA_AVERAGING), 0, 0, null);
    canvas.dispose();
    return small;
  }
}
