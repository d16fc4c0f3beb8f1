package dev.softgate.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code --json} prints: one object on one line. */
final class JsonOutput {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Prints an object of texts, numbers, nulls, lists and maps, in the map's order. */
  static void print(Map<String, ? extends @Nullable Object> object, PrintWriter out) {
    try {
      out.println(MAPPER.writeValueAsString(object));
      out.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not to be written as JSON: " + object, e);
    }
  }

  private JsonOutput() {}
}
