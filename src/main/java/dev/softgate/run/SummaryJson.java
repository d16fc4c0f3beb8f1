package dev.softgate.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.softgate.BadInputException;
import dev.softgate.interop.ReportJson;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a {@link Summary} into one flat JSON object and back. The parts of the summary are records,
 * and their components are the keys: a part that gains a component gains a key.
 */
final class SummaryJson {

  private static final String STATUS = "status";
  private static final String RESUMED = "resumed";
  private static final String PROCESSES = "processes";

  /** Keys that the first summaries lack: they knew neither label files nor suspects. */
  private static final List<String> ADDED_LATER =
      List.of("labels_sha256", "drop_suspects", "score", "scores_sha256");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private SummaryJson() {}

  static String format(Summary summary) {
    ObjectNode flat = ReportJson.tree(summary);
    for (JsonNode value : flat) {
      if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
        throw new IllegalArgumentException("a summary cannot hold " + value + ": " + flat);
      }
    }
    return flat.toPrettyString() + "\n";
  }

  static Summary parse(Path file, String text) {
    try {
      if (!(JSON.readTree(text) instanceof ObjectNode flat)) {
        throw bad(file, "it is not a JSON object", null);
      }
      if (!flat.has(RESUMED)) {
        flat.putArray(RESUMED); // the first summaries did not record it
      }
      if (!flat.has(PROCESSES)) {
        flat.put(PROCESSES, 1); // earlier versions knew no others
      }
      ADDED_LATER.forEach(key -> flat.putIfAbsent(key, flat.nullNode()));
      Summary summary =
          new Summary(
              JSON.treeToValue(takeNonNull(file, flat, STATUS), Summary.Status.class),
              part(file, flat, Summary.Results.class),
              part(file, flat, Summary.Network.class),
              part(file, flat, Summary.Machine.class),
              part(file, flat, Summary.Provenance.class));
      if (!flat.isEmpty()) {
        throw bad(file, "the key \"%s\" is unknown".formatted(flat.fieldNames().next()), null);
      }
      return summary;
    } catch (JsonProcessingException e) {
      throw bad(file, reason(e), e);
    }
  }

  /** Takes the keys of a part out of the flat object and reads them. */
  private static <T extends Record> T part(Path file, ObjectNode flat, Class<T> type)
      throws JsonProcessingException {
    ObjectNode tree = JSON.createObjectNode();
    for (RecordComponent component : type.getRecordComponents()) {
      String key = key(component);
      boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      tree.set(key, nullable ? take(file, flat, key) : takeNonNull(file, flat, key));
    }
    try {
      return JSON.treeToValue(tree, type);
    } catch (JsonProcessingException e) {
      if (e.getCause() instanceof IllegalArgumentException cause) {
        throw bad(file, String.valueOf(cause.getMessage()), e);
      }
      throw e;
    }
  }

  private static JsonNode take(Path file, ObjectNode flat, String key) {
    JsonNode value = flat.remove(key);
    if (value == null) {
      throw bad(file, "the key \"%s\" is missing".formatted(key), null);
    }
    return value;
  }

  private static JsonNode takeNonNull(Path file, ObjectNode flat, String key) {
    JsonNode value = take(file, flat, key);
    if (value.isNull()) {
      throw bad(file, "the key \"%s\" is null".formatted(key), null);
    }
    return value;
  }

  /** Jackson's message in one line, after the key that it concerns. */
  private static String reason(JsonProcessingException e) {
    String message = e.getOriginalMessage().lines().findFirst().orElse("not JSON");
    return e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()
        ? "the key \"%s\": %s".formatted(mapping.getPath().get(0).getFieldName(), message)
        : message;
  }

  private static String key(RecordComponent component) {
    return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component.getName());
  }

  private static BadInputException bad(Path file, String reason, @Nullable Throwable cause) {
    String message =
        file + " is not a run's summary: " + reason + "; restore it, or resume the run to write it";
    return cause == null ? new BadInputException(message) : new BadInputException(message, cause);
  }
}
