package dev.softgate.interop;

import static dev.softgate.interop.Quoted.oneLine;
import static dev.softgate.interop.Quoted.quoted;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.softgate.BadInputException;
import dev.softgate.interop.SafetensorsHeader.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses the header of a safetensors file token by token and refuses what the format forbids. */
final class SafetensorsHeaderParser {

  /** The limit in PyTorch. */
  private static final int MOST_DIMENSIONS = 64;

  private final Path file;

  SafetensorsHeaderParser(Path file) {
    this.file = file;
  }

  SafetensorsHeader parse(ByteBuffer json, long dataBytes) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    try (JsonParser parser = SafetensorsHeader.JSON.createParser(decode(json))) {
      require(parser.nextToken() == JsonToken.START_OBJECT, "its header is not a JSON object");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (name.equals(SafetensorsHeader.METADATA)) {
          readMetadata(parser, metadata);
        } else {
          require(
              entries.size() < SafetensorsHeader.MOST_TENSORS,
              "it has more than %d tensors".formatted(SafetensorsHeader.MOST_TENSORS));
          entries.put(name, readEntry(parser, name));
        }
      }
      require(parser.nextToken() == null, "its header goes on after the JSON object");
    } catch (JsonProcessingException e) {
      throw malformed("its header is not valid JSON: " + OneLine.of(e));
    } catch (IOException e) {
      throw malformed("its header is not valid JSON: " + oneLine(String.valueOf(e.getMessage())));
    }
    checkLayout(entries, dataBytes);
    return new SafetensorsHeader(entries, metadata);
  }

  private String decode(ByteBuffer json) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(json).toString();
    } catch (CharacterCodingException e) {
      throw malformed("its header is not UTF-8 text");
    }
  }

  private void readMetadata(JsonParser parser, Map<String, String> metadata) throws IOException {
    if (parser.nextToken() == JsonToken.VALUE_NULL) {
      return; // as in the reference implementation
    }
    require(parser.currentToken() == JsonToken.START_OBJECT, "its metadata is not a JSON object");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      require(
          parser.nextToken() == JsonToken.VALUE_STRING,
          "its metadata " + quoted(key) + " is not a string");
      metadata.put(key, parser.getText());
    }
  }

  private Entry readEntry(JsonParser parser, String name) throws IOException {
    String where = "tensor " + quoted(name);
    require(parser.nextToken() == JsonToken.START_OBJECT, where + " is not a JSON object");
    ElementType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      switch (key) {
        case "dtype" -> type = readType(parser, where);
        case "shape" -> shape = readIntegers(parser, where + ": shape");
        case "data_offsets" -> offsets = readIntegers(parser, where + ": data_offsets");
        default -> throw malformed(where + " has an unknown key " + quoted(key));
      }
    }
    if (type == null || shape == null || offsets == null) {
      throw malformed(where + " lacks " + missing(type, shape));
    }
    require(offsets.size() == 2, where + ": data_offsets are not two numbers");
    Entry entry = new Entry(type, shape, offsets.get(0), offsets.get(1));
    checkSize(entry, where);
    return entry;
  }

  private static String missing(@Nullable ElementType type, @Nullable List<Long> shape) {
    return type == null ? "dtype" : shape == null ? "shape" : "data_offsets";
  }

  private ElementType readType(JsonParser parser, String where) throws IOException {
    require(parser.currentToken() == JsonToken.VALUE_STRING, where + ": dtype is not a string");
    String name = parser.getText();
    for (ElementType type : ElementType.values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw malformed(where + " has the unsupported dtype " + quoted(name));
  }

  private List<Long> readIntegers(JsonParser parser, String where) throws IOException {
    require(parser.currentToken() == JsonToken.START_ARRAY, where + " is not an array");
    List<Long> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      require(
          parser.currentToken() == JsonToken.VALUE_NUMBER_INT
              && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
              && parser.getLongValue() >= 0,
          where + " is not made of whole numbers from 0 to 2^63-1");
      require(
          values.size() < MOST_DIMENSIONS,
          where + " has more than %d numbers".formatted(MOST_DIMENSIONS));
      values.add(parser.getLongValue());
    }
    return List.copyOf(values);
  }

  private void checkSize(Entry entry, String where) {
    long expected;
    try {
      expected =
          HostTensor.byteCount(
              entry.type(), entry.shape().stream().mapToLong(Long::longValue).toArray());
    } catch (IllegalArgumentException e) {
      throw malformed(where + ": " + e.getMessage());
    }
    require(
        entry.end() >= entry.begin(),
        "%s ends at byte %d before it begins at %d".formatted(where, entry.end(), entry.begin()));
    long actual = entry.end() - entry.begin();
    require(
        actual == expected,
        "%s takes %d bytes as %s%s, but its data_offsets span %d"
            .formatted(where, expected, entry.type(), entry.shape(), actual));
  }

  /** Checks that the tensors, in any order, cover the data completely. */
  private void checkLayout(Map<String, Entry> entries, long dataBytes) {
    List<Map.Entry<String, Entry>> ordered = new ArrayList<>(entries.entrySet());
    ordered.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    long covered = 0;
    for (Map.Entry<String, Entry> named : ordered) {
      Entry entry = named.getValue();
      String where = "tensor " + quoted(named.getKey());
      require(
          entry.end() <= dataBytes,
          "%s ends at byte %d of the data, but the file has only %d"
              .formatted(where, entry.end(), dataBytes));
      require(
          entry.begin() >= covered,
          "%s overlaps the one before it at byte %d".formatted(where, entry.begin()));
      require(
          entry.begin() == covered,
          "there is a gap from byte %d to %d of the data, before %s"
              .formatted(covered, entry.begin(), where));
      covered = entry.end();
    }
    require(
        covered == dataBytes,
        "its tensors take %d bytes, but %d follow the header".formatted(covered, dataBytes));
  }

  private void require(boolean holds, String reason) {
    if (!holds) {
      throw malformed(reason);
    }
  }

  private BadInputException malformed(String reason) {
    return SafetensorsSource.malformed(file, reason);
  }
}
