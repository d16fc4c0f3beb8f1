package dev.softgate.interop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.softgate.BadInputException;
import dev.softgate.Length;
import dev.softgate.Range;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Records as JSON. Reading checks every value's type, {@link Range} or {@link Length}, and that
 * nothing is missing except {@link Nullable} components. A number without a range is a bug.
 */
public final class RecordJson {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private final String where;

  private RecordJson(String where) {
    this.where = where;
  }

  public static String write(Record value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record cannot be written as JSON", e);
    }
  }

  /** Reads what {@link #write} wrote; throws BadInputException naming {@code where} otherwise. */
  public static <T extends Record> T read(String text, Class<T> type, String where) {
    RecordJson reader = new RecordJson(where);
    try {
      JsonNode root = JSON.readTree(text);
      reader.checkRecord(root, type, "");
      return JSON.treeToValue(root, type);
    } catch (JsonProcessingException e) {
      throw new BadInputException(where + " is not valid JSON: " + OneLine.of(e), e);
    }
  }

  private void checkRecord(JsonNode node, Class<?> type, String path) {
    require(node.isObject(), path, "an object", node);
    Set<String> unknown = new HashSet<>();
    node.fieldNames().forEachRemaining(unknown::add);
    for (RecordComponent component : type.getRecordComponents()) {
      String name = component.getName();
      String place = path.isEmpty() ? name : path + "." + name;
      unknown.remove(name);
      JsonNode value = node.get(name);
      Length length = component.getAnnotation(Length.class);
      boolean mayLack =
          component.getAnnotatedType().isAnnotationPresent(Nullable.class)
              || (value == null && length != null && length.addedLater());
      if (value != null && !value.isNull()) {
        check(value, component.getGenericType(), component, place);
      } else if (!mayLack) {
        throw refused(place, value == null ? "is missing" : "is null");
      }
    }
    if (!unknown.isEmpty()) {
      throw refused(Quoted.quoted(unknown.iterator().next()), "is unknown");
    }
  }

  private void check(JsonNode value, Type type, AnnotatedElement limits, String path) {
    if (type instanceof ParameterizedType list) {
      checkElements(value, list.getActualTypeArguments()[0], limits, path);
    } else if (!(type instanceof Class<?> plain)) {
      throw new IllegalStateException(path + " is of a type that is not read: " + type);
    } else if (plain.isArray()) {
      checkElements(value, plain.getComponentType(), limits, path);
    } else if (plain.isRecord()) {
      checkRecord(value, plain, path);
    } else if (plain.isEnum()) {
      boolean named =
          Arrays.stream(plain.getEnumConstants())
              .anyMatch(constant -> ((Enum<?>) constant).name().equals(value.textValue()));
      require(named, path, "one of " + Arrays.toString(plain.getEnumConstants()), value);
    } else if (plain == String.class) {
      require(value.isTextual(), path, "text", value);
    } else {
      checkNumber(value, plain, limits, path);
    }
  }

  private void checkElements(JsonNode list, Type element, AnnotatedElement limits, String path) {
    require(list.isArray(), path, "a list", list);
    Length length = limits.getAnnotation(Length.class);
    if (length != null && (list.size() < length.from() || list.size() > length.to())) {
      throw refused(
          path,
          "must have %s elements, found %d"
              .formatted(
                  length.from() == length.to()
                      ? length.from()
                      : length.from() + " to " + length.to(),
                  list.size()));
    }
    for (int i = 0; i < list.size(); i++) {
      check(list.get(i), element, limits, path + "[" + i + "]");
    }
  }

  private void checkNumber(JsonNode value, Class<?> type, AnnotatedElement limits, String path) {
    Range range = limits.getAnnotation(Range.class);
    if (range == null) {
      throw new IllegalStateException(path + " has no range");
    }
    boolean whole = type == int.class || type == Integer.class;
    boolean large = type == long.class || type == Long.class;
    boolean fits =
        whole ? value.isInt() : large ? value.isInt() || value.isLong() : value.isNumber();
    double number = type == float.class ? value.floatValue() : value.doubleValue();
    fits &= number >= range.from() && number <= range.to();
    fits &= !(range.above() && number == range.from());
    fits &= !(range.below() && number == range.to());
    String kind = whole || large ? "a whole number" : "a finite number";
    String least =
        range.from() == -Double.MAX_VALUE
            ? ""
            : (range.above() ? " above " : " from ") + shown(range.from());
    String most =
        range.to() == Double.MAX_VALUE
            ? ""
            : (range.below() ? " below " : " to ") + shown(range.to());
    require(fits, path, kind + least + most, value);
  }

  private static String shown(double limit) {
    return limit == Math.rint(limit) ? Long.toString((long) limit) : Double.toString(limit);
  }

  private void require(boolean holds, String path, String expected, JsonNode found) {
    if (!holds) {
      throw refused(path, "must be %s, found %s".formatted(expected, OneLine.of(found)));
    }
  }

  private BadInputException refused(String path, String what) {
    return new BadInputException("%s: %s %s".formatted(where, path, what));
  }
}
