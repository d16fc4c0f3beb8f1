package dev.softgate.study;

import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.Quoted;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code suspects.csv}: images whose labels may be wrong, in {@link SuspectOrder}. Columns: {@code
 * file}, an absolute path, or {@code index}, the image's id, if the set has no files; {@code given}
 * and {@code suggested} class names; {@code probability_given} and {@code probability_suggested},
 * empty if unknown; {@code score}, low for a bad label; {@code flagged}, {@code true} or {@code
 * false}; {@code reason} in words.
 */
public final class SuspectsTable {

  private static final String FILE = "file";
  private static final String INDEX = "index";
  private static final String GIVEN = "given";
  private static final String SUGGESTED = "suggested";
  private static final String PROBABILITY_GIVEN = "probability_given";
  private static final String PROBABILITY_SUGGESTED = "probability_suggested";
  private static final String SCORE = "score";
  private static final String FLAGGED = "flagged";
  private static final String REASON = "reason";

  private static final List<String> OTHERS =
      List.of(GIVEN, SUGGESTED, PROBABILITY_GIVEN, PROBABILITY_SUGGESTED, SCORE, FLAGGED, REASON);

  private SuspectsTable() {}

  /**
   * Writes a table atomically, in the order of the list.
   *
   * @param suspects all with a file, or all without
   * @throws IllegalArgumentException if only some have files
   * @throws java.io.UncheckedIOException if writing fails
   */
  public static void write(Path file, List<Suspect> suspects) {
    boolean files = suspects.stream().anyMatch(suspect -> suspect.file() != null);
    StringBuilder text = new StringBuilder(files ? FILE : INDEX);
    OTHERS.forEach(column -> text.append(',').append(column));
    text.append('\n');
    for (Suspect suspect : suspects) {
      if (files == (suspect.file() == null)) {
        throw new IllegalArgumentException("some suspects have files and some have none");
      }
      text.append(CsvTable.quoted(suspect.image()));
      text.append(',').append(CsvTable.quoted(suspect.given()));
      text.append(',').append(CsvTable.quoted(suspect.suggested()));
      text.append(',').append(number(suspect.probabilityGiven()));
      text.append(',').append(number(suspect.probabilitySuggested()));
      text.append(',').append(number(suspect.score()));
      text.append(',').append(suspect.flagged());
      text.append(',').append(CsvTable.quoted(suspect.reason()));
      text.append('\n');
    }
    AtomicFiles.writeString(file, text.toString());
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : Float.toString((float) value);
  }

  /**
   * Reads a table. A relative file belongs to the folder of the table. Required are the column
   * {@code file} or {@code index}, {@code given} and {@code suggested}; without {@code score} it is
   * the row's number, and without {@code flagged} no row is flagged. Other columns are ignored.
   *
   * @return in the order of the table
   * @throws dev.softgate.BadInputException if it is missing or malformed, or lists an image twice
   */
  public static List<Suspect> read(Path file) {
    CsvTable table = CsvTable.read(file);
    boolean files = table.has(FILE);
    String image = files ? FILE : INDEX;
    if (!table.has(image)) {
      throw table.problem(
          1,
          "there is no column file or index, only %s; give a suspects.csv"
              .formatted(Quoted.oneLine(String.join(",", table.header()))));
    }
    List<String> images = table.texts(image);
    List<String> given = table.texts(GIVEN);
    List<String> suggested = table.texts(SUGGESTED);
    double[] ofGiven = probabilities(table, PROBABILITY_GIVEN);
    double[] ofSuggested = probabilities(table, PROBABILITY_SUGGESTED);
    double[] scores = table.has(SCORE) ? table.numbers(SCORE) : rowNumbers(table);
    List<String> flagged = texts(table, FLAGGED, "false");
    List<String> reasons = texts(table, REASON, "");
    Path folder = file.toAbsolutePath().resolveSibling("");
    Map<String, Integer> lines = new HashMap<>();
    List<Suspect> suspects = new ArrayList<>();
    for (int row = 0; row < table.rows(); row++) {
      if (given.get(row).isEmpty()) {
        throw table.problem(row, GIVEN, "a class name is expected");
      }
      if (!Double.isFinite(scores[row])) {
        throw table.problem(row, SCORE, "a finite number is expected");
      }
      Suspect suspect =
          new Suspect(
              files ? path(table, row, images.get(row), folder) : null,
              files ? -1 : index(table, row, images.get(row)),
              given.get(row),
              suggested.get(row),
              ofGiven[row],
              ofSuggested[row],
              scores[row],
              flag(table, row, flagged.get(row)),
              reasons.get(row));
      Integer before = lines.putIfAbsent(suspect.image(), table.line(row));
      if (before != null) {
        throw table.problem(
            row, image, "the image is on line %d already; list it once".formatted(before));
      }
      suspects.add(suspect);
    }
    return suspects;
  }

  private static Path path(CsvTable table, int row, String cell, Path folder) {
    String expected = "the path of a file is expected";
    if (cell.isEmpty()) {
      throw table.problem(row, FILE, expected);
    }
    try {
      return folder.resolve(cell).normalize();
    } catch (InvalidPathException e) {
      throw table.problem(row, FILE, expected);
    }
  }

  private static int index(CsvTable table, int row, String cell) {
    if (!cell.matches("\\d{1,9}")) {
      throw table.problem(row, INDEX, "the number of an image is expected, from 0");
    }
    return Integer.parseInt(cell);
  }

  private static List<String> texts(CsvTable table, String column, String absent) {
    return table.has(column) ? table.texts(column) : Collections.nCopies(table.rows(), absent);
  }

  private static double[] rowNumbers(CsvTable table) {
    double[] numbers = new double[table.rows()];
    Arrays.setAll(numbers, row -> row);
    return numbers;
  }

  private static double[] probabilities(CsvTable table, String column) {
    double[] values = new double[table.rows()];
    if (!table.has(column)) {
      Arrays.fill(values, Double.NaN);
      return values;
    }
    values = table.numbers(column);
    for (int row = 0; row < values.length; row++) {
      if (values[row] < 0 || values[row] > 1) {
        throw table.problem(row, column, "a probability from 0 to 1 is expected");
      }
    }
    return values;
  }

  private static boolean flag(CsvTable table, int row, String cell) {
    return switch (cell.toLowerCase(Locale.ROOT)) { // spreadsheets write TRUE
      case "true" -> true;
      case "false" -> false;
      default -> throw table.problem(row, FLAGGED, "true or false is expected");
    };
  }
}
