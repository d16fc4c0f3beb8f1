import dev.softgate.scoring.labels.ConfidentLearning;
import dev.softgate.scoring.labels.LabelFilter;
import dev.softgate.scoring.labels.NetworkStrength;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * F1 of each rule on the files of probabilities.py: java -cp target/classes Flags.java OUT
 * [FEWEST].
 */
class Flags {
  public static void main(String[] arguments) throws IOException {
    System.out.println(
        "name,images,wrong,agreement,confident_agreement,accuracy,least_accuracy,nearness,weak,noise,flagged,"
            + Arrays.stream(LabelFilter.values())
                .map(LabelFilter::text)
                .collect(Collectors.joining(",")));
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of(arguments[0]))) {
      files = all.filter(file -> file.toString().endsWith(".bin")).sorted().toList();
    }
    for (Path file : files) {
      ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
      int images = in.getInt();
      int classes = in.getInt();
      int[] given = new int[images];
      int[] clean = new int[images];
      float[] probabilities = new float[images * classes];
      for (int i = 0; i < images; i++) {
        given[i] = in.getInt();
      }
      for (int i = 0; i < images; i++) {
        clean[i] = in.getInt();
      }
      in.asFloatBuffer().get(probabilities);
      int fewest = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
      ConfidentLearning learning = new ConfidentLearning(given, probabilities, classes, fewest);
      NetworkStrength strength = NetworkStrength.of(learning);
      StringBuilder row = new StringBuilder(file.getFileName().toString().replace(".bin", ""));
      int wrong = 0;
      for (int i = 0; i < images; i++) {
        wrong += given[i] == clean[i] ? 0 : 1;
      }
      row.append(
          String.format(
              Locale.ROOT,
              ",%d,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%s,%.4f,",
              images,
              (double) wrong / images,
              strength.agreement(),
              strength.confidentAgreement(),
              strength.accuracy(),
              strength.leastAccuracy(),
              strength.nearness(),
              strength.weakness() == null ? "no" : "yes",
              learning.noiseRate()));
      for (LabelFilter filter : LabelFilter.values()) {
        boolean[] flags = filter.flags(learning);
        int found = 0;
        int flagged = 0;
        for (int i = 0; i < images; i++) {
          flagged += flags[i] ? 1 : 0;
          found += flags[i] && given[i] != clean[i] ? 1 : 0;
        }
        if (filter == LabelFilter.LOW_SELF_CONFIDENCE) {
          row.append(flagged);
        }
        row.append(String.format(Locale.ROOT, ",%.4f", 2.0 * found / Math.max(1, flagged + wrong)));
      }
      System.out.println(row);
    }
  }
}
