package dev.softgate.config;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.softgate.Choice;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** How settings are spelled, in files and on the command line. Reading never converts a type. */
final class ConfigText {

  /** Reads and writes the file. Nulls are checked by {@link ConfigReader}, key by key. */
  static final ObjectMapper MAPPER =
      YAMLMapper.builder(
              YAMLFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                  .build())
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .addModule(
              new SimpleModule()
                  .addDeserializer(String.class, new TextReader<>(String.class, text -> text))
                  .addDeserializer(URI.class, new TextReader<>(URI.class, URI::create))
                  .addDeserializer(Path.class, new TextReader<>(Path.class, Path::of))
                  .addSerializer(new TextWriter<>(Path.class, Path::toString))
                  .addDeserializer(
                      Duration.class, new TextReader<>(Duration.class, DurationText::parse))
                  .addSerializer(new TextWriter<>(Duration.class, DurationText::format))
                  .setDeserializerModifier(new ChoiceReaders())
                  .addSerializer(new TextWriter<>(Choice.class, Choice::text)))
          .build();

  /** The node a file would hold where the command line has this text. */
  static JsonNode node(ConfigKey key, String text) {
    if (key.nullable() && key.noneIsAbsence() && text.equals("none")) {
      return NullNode.getInstance();
    }
    return node(key.type(), text.strip());
  }

  private static JsonNode node(Type type, String text) {
    if (type == RateSchedule.class && !RateSchedule.isCurve(text)) {
      return elements(int.class, text);
    }
    if (type instanceof ParameterizedType list) {
      return elements(list.getActualTypeArguments()[0], text);
    }
    if (type == boolean.class && text.matches("true|false")) {
      return BooleanNode.valueOf(text.equals("true"));
    }
    try {
      if (SettingType.isWhole(type)) {
        return BigIntegerNode.valueOf(new BigInteger(text));
      }
      if (SettingType.isFraction(type)) {
        return DoubleNode.valueOf(Double.parseDouble(text));
      }
    } catch (NumberFormatException e) {
      return TextNode.valueOf(text); // refused when it is bound, with its key
    }
    return TextNode.valueOf(text);
  }

  private static ArrayNode elements(Type type, String text) {
    ArrayNode elements = JsonNodeFactory.instance.arrayNode();
    if (!text.equals("none") && !text.isEmpty()) {
      for (String element : text.split("\\s*,\\s*|\\s+", -1)) {
        elements.add(node(type, element));
      }
    }
    return elements;
  }

  /** The numbers of a list's text; empty if there is none, or another text among them. */
  static List<Integer> numbers(ConfigKey key, String text) {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode element : node(key, text)) {
      if (!element.canConvertToInt() || !element.isIntegralNumber()) {
        return List.of(); // refused when it is bound, with its key
      }
      numbers.add(element.intValue());
    }
    return numbers;
  }

  /** Every value of a configuration as on the command line, by key. */
  static Map<String, String> texts(RunConfig config) {
    JsonNode tree = MAPPER.valueToTree(config);
    Map<String, String> texts = new LinkedHashMap<>();
    for (ConfigKey key : Settings.all()) {
      texts.put(key.name(), text(tree.get(key.section()).get(key.name())));
    }
    return texts;
  }

  /** As on the command line: {@code 133,200}; {@code none} for null or an empty list. */
  static String text(JsonNode value) {
    if (value.isNull() || (value.isArray() && value.isEmpty())) {
      return "none";
    }
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(ConfigText::text)
          .collect(Collectors.joining(","));
    }
    return value.asText();
  }

  private ConfigText() {}

  private static class TextReader<T> extends StdScalarDeserializer<T> {
    private final transient Function<String, T> parser;

    TextReader(Class<T> type, Function<String, T> parser) {
      super(type);
      this.parser = parser;
    }

    @Override
    public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
      if (!in.hasToken(JsonToken.VALUE_STRING)) {
        throw context.wrongTokenException(in, handledType(), JsonToken.VALUE_STRING, "no text");
      }
      try {
        return parser.apply(in.getText());
      } catch (IllegalArgumentException e) {
        throw context.weirdStringException(in.getText(), handledType(), e.getMessage());
      }
    }
  }

  /** Reads each enum by its {@link Choice#text}. */
  private static final class ChoiceReaders extends BeanDeserializerModifier {
    @Override
    public JsonDeserializer<?> modifyEnumDeserializer(
        DeserializationConfig config,
        JavaType type,
        BeanDescription description,
        JsonDeserializer<?> usual) {
      return new TextReader<>(
          Choice.class, text -> Choice.of(type.getRawClass().asSubclass(Choice.class), text));
    }
  }

  private static final class TextWriter<T> extends StdScalarSerializer<T> {
    private final transient Function<T, String> writer;

    TextWriter(Class<T> type, Function<T, String> writer) {
      super(type);
      this.writer = writer;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(writer.apply(value));
    }
  }
}
