package dev.softgate.interop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.nio.file.Path;

/** A command's report as JSON: a record's components are the keys, in snake case. */
public final class ReportJson {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(new SimpleModule().addSerializer(Path.class, new ToStringSerializer()))
          .build();

  private ReportJson() {}

  /** The object on one line. */
  public static String line(Record report) {
    try {
      return JSON.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a report cannot be written as JSON: " + report, e);
    }
  }

  /** The object for a file that people read too: a line for each key, and one at the end. */
  public static String pretty(Record report) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a report cannot be written as JSON: " + report, e);
    }
  }

  /** The object as a tree, for views that print every key. */
  public static ObjectNode tree(Object report) {
    return JSON.valueToTree(report);
  }
}
