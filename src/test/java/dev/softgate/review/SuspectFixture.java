package dev.softgate.review;

import dev.softgate.study.Suspect;
import dev.softgate.study.SuspectsTable;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * A folder with images and {@code suspects.csv}. Image i has label i modulo the number of classes,
 * and the next label is suggested.
 */
final class SuspectFixture {

  static final int SIDE = 24;

  private SuspectFixture() {}

  /** Writes {@code count} images; the first {@code flagged} are flagged. */
  static List<Suspect> write(Path folder, int count, int flagged, int classes) throws IOException {
    List<Suspect> suspects = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int given = i % classes;
      int suggested = (i + 1) % classes;
      Path file = folder.resolve("image %d.png".formatted(i));
      picture(file, Color.getHSBColor((float) i / count, 1, 1));
      suspects.add(
          new Suspect(
              file,
              -1,
              name(given),
              name(suggested),
              (double) i / count,
              1 - (double) i / count,
              (double) i / count,
              i < flagged,
              "predicted " + name(suggested)));
    }
    SuspectsTable.write(folder.resolve("suspects.csv"), suspects);
    return suspects;
  }

  static String name(int label) {
    return "class %03d".formatted(label);
  }

  static void picture(Path file, Color color) throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(color);
    graphics.fillRect(4, 4, SIDE - 8, SIDE - 8);
    graphics.dispose();
    ImageIO.write(image, "png", file.toFile());
  }

  static ReviewServer serve(Path source) {
    return ReviewServer.start(new ReviewRequest(source, null, 0, Map.of()));
  }

  /** The rows of {@code decisions.csv} without the seconds and without folders. */
  static List<String> decisions(Path folder) throws IOException {
    return Files.readAllLines(folder.resolve("decisions.csv")).stream()
        .skip(1)
        .map(row -> row.replace(folder + "/", "").replaceAll(",[0-9.]*$", ""))
        .toList();
  }
}
