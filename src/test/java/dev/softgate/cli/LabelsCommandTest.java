package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.softgate.JavaProcess;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import dev.softgate.scoring.labels.ConfidentLearning;
import dev.softgate.scoring.labels.LabelFilter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LabelsCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREDICTED = "--filter=predicted-neq-given"; // flags all wrong labels
  private static final int IMAGES = 300;
  private static final List<String> NAMES = List.of("ant", "bee", "cow");

  @TempDir Path folder;

  private final int[] given = new int[IMAGES];
  private final boolean[] wrong = new boolean[IMAGES];
  private final float[] rows = new float[3 * IMAGES];

  /** A model that is sure of the true class, and 30 wrong labels. */
  LabelsCommandTest() {
    Random random = new Random(1);
    for (int i = 0; i < IMAGES; i++) {
      int truth = i % 3;
      wrong[i] = i % 10 == 7;
      given[i] = wrong[i] ? (truth + 1 + random.nextInt(2)) % 3 : truth;
      float most = 0.8f + 0.19f * random.nextFloat();
      for (int k = 0; k < 3; k++) {
        rows[3 * i + k] = k == truth ? most : (1 - most) * (k == (truth + 1) % 3 ? 0.75f : 0.25f);
      }
    }
  }

  private CommandRun labels(Path given, Path probabilities, String... options) {
    return CommandRun.of(
        new RecordedTraining(),
        Stream.concat(
                Stream.of(
                    "labels",
                    "--given=" + given,
                    "--probabilities=" + probabilities,
                    "--out=" + folder.resolve("out.csv")),
                Stream.of(options))
            .toArray(String[]::new));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Path numbers() throws IOException {
    return write(
        "given.csv",
        "index,given\n"
            + IntStream.range(0, IMAGES)
                .mapToObj(i -> i + "," + given[i] + "\n")
                .collect(Collectors.joining()));
  }

  private Path npy(String descr, float[] values, int classes) throws IOException {
    boolean half = descr.endsWith("2");
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * (half ? 2 : 4)).order(ByteOrder.LITTLE_ENDIAN);
    if (half) {
      bytes.put(HostTensor.ofHalves(values, values.length).data());
    } else {
      bytes.asFloatBuffer().put(values);
    }
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%d, %d), }\n"
            .formatted(descr, values.length / classes, classes);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
    all.write(header.getBytes(StandardCharsets.UTF_8));
    all.write(bytes.array());
    return Files.write(folder.resolve("p.npy"), all.toByteArray());
  }

  /** Rows of the table, without its header. */
  private List<String[]> table() throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("out.csv"));
    return lines.subList(1, lines.size()).stream().map(line -> line.split(",", -1)).toList();
  }

  @ParameterizedTest
  @EnumSource(LabelFilter.class)
  void writesARowForEachImage(LabelFilter filter) throws IOException {
    CommandRun run = labels(numbers(), npy("<f4", rows, 3), "--filter=" + filter.text());
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(Files.readAllLines(folder.resolve("out.csv")).get(0))
        .isEqualTo("index,given,suggested,self_confidence,normalized_margin,flagged");
    ConfidentLearning learning = new ConfidentLearning(given, rows, 3, 2);
    boolean[] flags = filter.flags(learning);
    List<String[]> table = table();
    assertThat(table).hasSize(IMAGES);
    for (int i = 0; i < IMAGES; i++) {
      assertThat(table.get(i))
          .containsExactly(
              "" + i,
              "" + given[i],
              "" + learning.mostProbableOther(i),
              "" + rows[3 * i + given[i]],
              "" + (float) learning.normalizedMargin(i),
              "" + flags[i]);
    }
    if (filter == LabelFilter.PREDICTED_NEQ_GIVEN) {
      assertThat(flags).isEqualTo(wrong);
    }
  }

  @Test
  void printsFigures() throws IOException {
    CommandRun run = labels(numbers(), npy("<f4", rows, 3), "--json");
    JsonNode json = JSON.readTree(run.out());
    assertThat(json.path("images").intValue()).isEqualTo(IMAGES);
    assertThat(json.path("classes").intValue()).isEqualTo(3);
    assertThat(json.path("flagged").intValue()).isBetween(27, 30);
    assertThat(json.path("noise_rate").doubleValue()).isBetween(0.09, 0.11);
    Golden.assertTypes("labels", json);
    Golden.assertText(
        "labels", labels(numbers(), npy("<f4", rows, 3)).out().replace(folder + "", "FOLDER"));
  }

  /** Half of the labels contradict a model without preference: the flags come with a warning. */
  @Test
  void admitsThatAModelIsTooWeak() throws IOException {
    Random random = new Random(2);
    float[] weak = new float[3 * IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      int likely = random.nextInt(3);
      for (int k = 0; k < 3; k++) {
        weak[3 * i + k] = k == likely ? 0.5f : 0.25f;
      }
    }
    try (LogCapture log = new LogCapture()) {
      CommandRun run = labels(numbers(), npy("<f4", weak, 3), "--json");
      JsonNode json = JSON.readTree(run.out());
      assertThat(json.path("noise_rate").isNull()).isTrue();
      assertThat(json.path("too_weak").textValue()).contains("too weak to tell");
      assertThat(json.path("flagged").intValue()).isPositive();
      assertThat(String.join("\n", log.messages())).contains("the noise rate is not estimated");
    }
  }

  /** Names in the header, in another order than sorted, and quoted files. */
  @Test
  void readsTablesWithNames() throws IOException {
    List<String> order = List.of("cow", "ant", "a, bee");
    StringBuilder labels = new StringBuilder("file,given,note\n");
    StringBuilder table = new StringBuilder("file,cow,ant,\"a, bee\"\n");
    for (int i = 0; i < IMAGES; i++) {
      String file = "\"x, %d.png\"".formatted(i);
      labels.append(file).append(",\"").append(order.get(given[i])).append("\",n\n");
      table.append(file);
      for (int k = 0; k < 3; k++) {
        table.append(',').append(rows[3 * i + k]);
      }
      table.append('\n');
    }
    Path probabilities = write("p.csv", table.toString());
    CommandRun run = labels(write("given.csv", labels.toString()), probabilities, PREDICTED);
    assertThat(run.err()).isEmpty();
    List<String> lines = Files.readAllLines(folder.resolve("out.csv"));
    assertThat(lines.get(0))
        .isEqualTo("index,file,given,suggested,self_confidence,normalized_margin,flagged");
    assertThat(lines.get(8)).startsWith("7,\"x, 7.png\",").endsWith(",true");
    assertThat(lines.stream().filter(line -> line.endsWith(",true"))).hasSize(30);

    String swapped = table.toString().replace("x, 4.png", "x, 5.png");
    CommandRun.assertRefused(
        labels(folder.resolve("given.csv"), write("p.csv", swapped)),
        "line 6: the row is of \"x, 5.png\", but row 5 of the labels is of \"x, 4.png\"");
  }

  /** The same labels and probabilities, written in other ways, give the same flags. */
  static Stream<Arguments> spellings() {
    return Stream.of(
        arguments("given\n", false, ""),
        arguments("given\n", true, ""),
        arguments(",given\n", false, ""),
        arguments("index,given\n", false, "0,1,2\n"),
        arguments("index,given\n", true, "ant,bee,cow\n"),
        arguments("index,given\n", false, "ant,bee,cow\n"),
        arguments("index,given\n", true, "index,ant,bee,cow\n"),
        arguments("given\n", true, ",ant,bee,cow\n"),
        arguments("given,clean\n", true, "index,0,1,2\n"));
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void readsOtherSpellings(String labelHeader, boolean named, String header) throws IOException {
    StringBuilder labels = new StringBuilder(labelHeader);
    StringBuilder table = new StringBuilder(header);
    boolean keyed = header.startsWith(",") || header.startsWith("index");
    for (int i = 0; i < IMAGES; i++) {
      String label = named ? NAMES.get(given[i]) : "" + given[i];
      labels.append(labelHeader.matches("(index)?,given\n") ? i + "," : "").append(label);
      labels.append(labelHeader.contains("clean") ? ",ant\n" : "\n");
      table.append(keyed ? i + "," : "");
      table.append(rows[3 * i]).append(',').append(rows[3 * i + 1]).append(',');
      table.append(rows[3 * i + 2]).append('\n');
    }
    CommandRun run =
        labels(write("given.csv", labels.toString()), write("p.csv", table.toString()), PREDICTED);
    assertThat(run.err()).isEmpty();
    List<String[]> found = table();
    for (int i = 0; i < IMAGES; i++) {
      assertThat(found.get(i)[0]).isEqualTo("" + i);
      assertThat(found.get(i)[1]).isEqualTo(named ? NAMES.get(given[i]) : "" + given[i]);
      assertThat(found.get(i)[5]).isEqualTo("" + wrong[i]);
    }
  }

  /** With two classes, 0,1 may be a header or a row: the number of rows decides. */
  @Test
  void countsRowsWhereTheHeaderIsUnclear() throws IOException {
    Path labels = write("given.csv", "given\n1\n1\n0\n0\n");
    assertThat(labels(labels, write("p.csv", "0,1\n.1,.9\n.9,.1\n.8,.2\n")).exitCode()).isZero();
    assertThat(table().get(0)[3]).isEqualTo("1.0");
    Path more = write("more.csv", "0,1\n0,1\n.1,.9\n.9,.1\n.8,.2\n");
    assertThat(labels(labels, more).exitCode()).isZero();
    assertThat(table().get(1)[3]).isEqualTo("0.9");
  }

  @Test
  void readsHalvesAndSafetensors() throws IOException {
    assertThat(labels(numbers(), npy("<f2", rows, 3), PREDICTED).exitCode()).isZero();
    boolean[] halves = flags();
    Path file = folder.resolve("p.safetensors");
    Safetensors.write(
        file,
        Map.of(
            "p", HostTensor.ofFloats(rows, IMAGES, 3), "x", HostTensor.ofFloats(rows, 3, IMAGES)),
        Map.of());
    CommandRun.assertRefused(labels(numbers(), file), "choose one with --tensor");
    assertThat(labels(numbers(), file, "--tensor=p", PREDICTED).exitCode()).isZero();
    assertThat(flags()).isEqualTo(halves).isEqualTo(wrong);
  }

  private boolean[] flags() throws IOException {
    List<String[]> table = table();
    boolean[] flags = new boolean[table.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = table.get(i)[5].equals("true");
    }
    return flags;
  }

  static Stream<Arguments> refused() {
    String labels = "given\n0\n1\n";
    return Stream.of(
        arguments(labels, "1,0\n0.5,nan\n", "line 2: a number is expected in column 2"),
        arguments(labels, "0.5,0.5\n0.5,0.4\n", "row 2: the probabilities sum to 0.9"),
        arguments(
            labels, "3.5,-1\n0.5,0.5\n", "row 1: values from -1.000 to 3.500 look like logits"),
        arguments(labels, "80,20\n50,50\n", "row 1: the values are percentages"),
        arguments(labels, "-0.693,-0.693\n-1,-1\n", "row 1: the values are logarithms"),
        arguments(labels, "0.5,0.5\n", "has 1 rows, but "),
        arguments(labels, "0.5,0.5\n0.5,0.5\n1,0\n", "has more rows, but "),
        arguments(labels, "0.5,0.5\n0.5\n", "line 2: 2 cells are expected, found 1"),
        arguments(labels, "0.5\n0.5\n", "has one column"),
        arguments(labels, "", "is empty"),
        arguments(labels, "a,a\n0.5,0.5\n", "different names of classes are expected"),
        arguments(labels, "a,b,\n0.5,0.5\n", "different names of classes are expected"),
        arguments("given\n0\n2\n", "1,0\n0,1\n", "row 2: the label \"2\" is none of the 2 classes"),
        arguments("given\n0\n-1\n", "1,0\n0,1\n", "the label \"-1\" is neither a class name nor"),
        arguments("given\n0.0\n1.0\n", "1,0\n0,1\n", "the label \"0.0\" is neither"),
        arguments("given\n0\ncat\n", "1,0\n0,1\n", "the label \"0\" is neither"),
        arguments("given\ncat\n\ndog\n", "1,0\n0,1\n", "line 3: the line is empty"),
        arguments("x,given\n1,cat\n2,\n", "1,0\n0,1\n", "line 3: the label is empty"),
        arguments("given\ncat\ncat\n", "1,0\n0,1\n", "the labels are names, 1 in number"),
        arguments("given\na\nb\nc\n", "1,0\n0,1\n", "line 4: the label \"c\" is one more than"),
        arguments("given\na\nz\n", "a,b\n1,0\n0,1\n", "the label \"z\" is none of the 2 classes"),
        arguments("label\n0\n1\n", "1,0\n0,1\n", "the columns are \"label\"; a header"),
        arguments("given\n", "1,0\n0,1\n", "has no labels"),
        arguments("", "1,0\n0,1\n", "the columns are \"\""),
        arguments("given,given\n0,1\n", "1,0\n0,1\n", "two columns given"),
        arguments(labels, "file,a,b\nx,1,0\ny,0,1\n", "the rows name files, but the labels do not"),
        arguments(
            "index,given\n4,0\n5,1\n",
            "index,0,1\n4,1,0\n6,0,1\n",
            "line 3: the row is of \"6\", but row 2 of the labels is of \"5\""));
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("refused")
  void rejectsBadInput(String labels, String probabilities, String reason) throws IOException {
    CommandRun run = labels(write("given.csv", labels), write("p.csv", probabilities));
    CommandRun.assertRefused(run, reason);
    assertThat(folder.resolve("out.csv")).doesNotExist();
  }

  @Test
  void rejectsBadArrays() throws IOException {
    rows[3 * 200 + 1] = Float.NaN;
    CommandRun.assertRefused(
        labels(numbers(), npy("<f4", rows, 3)), "row 201: the value of class 1 is NaN");
    CommandRun.assertRefused(
        labels(numbers(), npy("<f4", new float[30], 3)), "has 10 rows, but ", " 300; both");
    CommandRun.assertRefused(
        labels(numbers(), npy("<f4", new float[300], 1)), "has one column", "1-p and p");
    CommandRun.assertRefused(
        labels(numbers(), npy("<f4", rows, 3), "--tensor=p"), "--tensor: is of .safetensors files");
    CommandRun.assertRefused(
        labels(numbers(), folder.resolve("none.npy")), "no such file; check the path");
    CommandRun.assertRefused(labels(numbers(), folder), "is not a file");
    CommandRun.assertRefused(
        labels(numbers(), npy("<f4", rows, 3), "--filter=best"), "--filter: must be one of");
    CommandRun.assertRefused(
        labels(numbers(), npy("<f4", rows, 3), "--out=" + folder.resolve("p.npy")),
        "--out: ",
        "is read by this command");
  }

  /** Files with a damaged beginning are not taken for CSV. */
  @Test
  void rejectsBadHeaders() throws IOException {
    byte[] header = "{}  ".getBytes(StandardCharsets.UTF_8);
    for (long length : new long[] {-1, 1L << 40, 100, 3}) {
      Path file = folder.resolve("P.SafeTensors");
      ByteBuffer bytes = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
      Files.write(file, bytes.putLong(length).put(header).array());
      CommandRun run = labels(numbers(), file);
      CommandRun.assertRefused(run, "P.SafeTensors");
      assertThat(run.err()).doesNotContain("CSV", "UTF-8").containsPattern("header|no tensor");
    }
    Path file = Files.write(folder.resolve("bad.npy"), new byte[] {1, 2, 3, -1});
    CommandRun.assertRefused(labels(numbers(), file), "does not begin as a .npy file");
  }

  @Test
  void loadsNoNativeCode() throws IOException, InterruptedException {
    Process process =
        JavaProcess.of(
                "-Xlog:class+load:stdout",
                Main.class.getName(),
                "labels",
                "--given=" + numbers(),
                "--probabilities=" + npy("<f4", rows, 3),
                "--out=" + folder.resolve("out.csv"),
                PREDICTED)
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    assertThat(out).contains("dev.softgate.labels.FlagTable source:");
    assertThat(out.lines().filter(line -> line.matches(".* org\\.bytedeco\\..* source: .*")))
        .isEmpty();
    assertThat(flags()).isEqualTo(wrong);
  }
}
