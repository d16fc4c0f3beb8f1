package dev.softgate.experiment;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.softgate.BadInputException;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.training.EpochMetrics;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The metrics of all epochs so far as a table: {@code metrics.csv}, a header and a row an epoch.
 * Numbers are written so that reading gives back the same bits, and a cell is empty where nothing
 * was measured. Columns, in the units of {@link EpochMetrics}: {@code epoch} (from zero), {@code
 * learning_rate}, {@code gate_learning_rate}, then for {@code train}, {@code val} and {@code test}
 * each {@code …_images}, {@code …_accuracy}, {@code …_loss}, {@code …_gate_loss} and {@code
 * …_mean_gate}.
 *
 * <p>The same table goes into checkpoints as JSON, an array of rows of which the first holds the
 * column names, so that a run that was killed between a checkpoint and its {@code metrics.csv} can
 * write the file anew.
 */
public final class MetricsTable {

  private static final Pattern NEWLINE = Pattern.compile("\r?\n");
  private static final String HISTORY = "the history of epochs in the checkpoint";

  private static final JsonFactory JSON = new JsonFactory();

  private MetricsTable() {}

  /**
   * Writes the table in the place of {@code file}, whole or not at all.
   *
   * @param epochs in order
   * @throws UncheckedIOException if that fails
   */
  public static void write(Path file, List<EpochMetrics> epochs) {
    StringBuilder text = new StringBuilder(String.join(",", MetricsRow.COLUMNS)).append('\n');
    for (EpochMetrics epoch : epochs) {
      text.append(String.join(",", MetricsRow.cells(epoch))).append('\n');
    }
    AtomicFiles.writeString(file, text.toString());
  }

  /**
   * Reads a table.
   *
   * @throws BadInputException if the file is missing, its columns are not those of this type, or a
   *     cell is missing, superfluous or no number; the message gives the line
   */
  public static List<EpochMetrics> read(Path file) {
    String text = TextFiles.read(file);
    if (!text.endsWith("\n")) {
      throw bad(file.toString(), "its last line is incomplete");
    }
    List<List<String>> rows = new ArrayList<>();
    String[] lines = NEWLINE.split(text, -1);
    for (int i = 0; i < lines.length - 1; i++) {
      rows.add(List.of(lines[i].split(",", -1)));
    }
    return epochs(file.toString(), "line ", rows);
  }

  /** The table as compact JSON. */
  public static String toJson(List<EpochMetrics> epochs) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartArray();
      writeRow(json, MetricsRow.COLUMNS);
      for (EpochMetrics epoch : epochs) {
        writeRow(json, MetricsRow.cells(epoch));
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("a table cannot be put into JSON", e);
    }
    return text.toString();
  }

  private static void writeRow(JsonGenerator json, List<String> cells) throws IOException {
    json.writeStartArray();
    for (String cell : cells) {
      if (cell.isEmpty()) {
        json.writeNull();
      } else if (MetricsRow.isPlainNumber(cell)) {
        json.writeNumber(cell);
      } else {
        json.writeString(cell);
      }
    }
    json.writeEndArray();
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws BadInputException if it is anything else
   */
  public static List<EpochMetrics> fromJson(String text) {
    String where = HISTORY;
    List<List<String>> rows = new ArrayList<>();
    try (JsonParser json = JSON.createParser(text)) {
      if (json.nextToken() != JsonToken.START_ARRAY) {
        throw bad(where, "it is not a JSON array");
      }
      while (json.nextToken() == JsonToken.START_ARRAY) {
        rows.add(readRow(json, where));
      }
      if (json.currentToken() != JsonToken.END_ARRAY || json.nextToken() != null) {
        throw bad(where, "it is not one JSON array of rows");
      }
    } catch (JsonProcessingException e) {
      throw bad(where, "it is not valid JSON");
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory cannot be read", e);
    }
    return epochs(where, "row ", rows);
  }

  private static List<String> readRow(JsonParser json, String where) throws IOException {
    List<String> cells = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      cells.add(
          switch (json.currentToken()) {
            case VALUE_NULL -> "";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_STRING -> json.getText();
            default -> throw bad(where, "a cell is not a number");
          });
    }
    return cells;
  }

  private static List<EpochMetrics> epochs(String where, String line, List<List<String>> rows) {
    if (rows.isEmpty() || !rows.get(0).equals(MetricsRow.COLUMNS)) {
      throw bad(where, "its columns are not " + String.join(",", MetricsRow.COLUMNS));
    }
    List<EpochMetrics> epochs = new ArrayList<>();
    for (int i = 1; i < rows.size(); i++) {
      EpochMetrics epoch;
      try {
        epoch = MetricsRow.parse(rows.get(i));
      } catch (MetricsRow.UnreadableException e) {
        throw bad(where, line + (i + 1) + ": " + e.getMessage());
      }
      if (epoch.epoch() != i - 1) {
        throw bad(
            where,
            "%s%d: epoch %d stands where epoch %d belongs"
                .formatted(line, i + 1, epoch.epoch(), i - 1));
      }
      epochs.add(epoch);
    }
    return List.copyOf(epochs);
  }

  private static BadInputException bad(String where, String reason) {
    String remedy =
        where.equals(HISTORY) ? "use an earlier checkpoint" : "resume the run to write it anew";
    return new BadInputException(
        "%s is not a table of metrics: %s; %s".formatted(where, reason, remedy));
  }
}
