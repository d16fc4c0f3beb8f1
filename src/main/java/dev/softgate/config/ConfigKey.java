package dev.softgate.config;

import dev.softgate.Choice;
import dev.softgate.Range;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One setting of a {@link RunConfig}: a component of one of its sections, and what its {@link
 * Setting} declares. Its name is the component's in kebab-case, the same in the file and, after two
 * hyphens, on the command line.
 */
public final class ConfigKey {

  /** What texts stand for, by their type; a choice is a KIND. */
  private static final Map<Type, String> LABELS =
      Map.of(Path.class, "FILE", URI.class, "URL", Duration.class, "TIME", String.class, "NAME");

  private final String section;
  private final String name;
  private final RecordComponent component;
  private final Setting setting;

  ConfigKey(String section, RecordComponent component) {
    this.section = section;
    this.name = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    this.component = component;
    this.setting =
        Objects.requireNonNull(component.getAnnotation(Setting.class), "no @Setting " + name);
  }

  /** The section's name in the file. */
  public String section() {
    return section;
  }

  /** The key's name in the file and of its option. */
  public String name() {
    return name;
  }

  public Setting setting() {
    return setting;
  }

  /** Whether another value changes this, rather than something else or nothing. */
  public boolean affects(Affects what) {
    return setting.affects() == what;
  }

  /** Whether it is the path of a file or folder that a run reads. */
  public boolean isInputFile() {
    return affects(Affects.INPUT) && type() == Path.class;
  }

  public boolean nullable() {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  /** Whether its option stands without a value, for true. */
  public boolean isFlag() {
    return type() == boolean.class;
  }

  public boolean isList() {
    return type() instanceof ParameterizedType || type() == RateSchedule.class;
  }

  /** Whether {@code none} spells null or an empty list; not for a name, which may be so. */
  public boolean noneIsAbsence() {
    return (nullable() && setting.form() != Form.FOLDER_NAME) || isList();
  }

  /** What stands for its value in the help; for each element of a list. */
  public String label() {
    if (!setting.label().isEmpty()) {
      return setting.label();
    }
    return SettingType.isWhole(type())
        ? "N"
        : SettingType.isFraction(type()) ? "P" : LABELS.getOrDefault(type(), "KIND");
  }

  /** The help of its option; {@code absent}, if given, is what applies in place of the default. */
  public String help(@Nullable String absent) {
    return help(setting.help(), absent);
  }

  /** The same, with other words for a command that uses a part of the setting. */
  public String help(String words, @Nullable String absent) {
    String value = absent != null ? absent : setting.value();
    String help = words;
    if (help.contains("{choices}")) {
      String choices = String.join(", ", choices());
      int last = choices.lastIndexOf(", ");
      help =
          help.replace(
              "{choices}", choices.substring(0, last) + " or" + choices.substring(last + 1));
    }
    if (help.contains("{default}")) {
      return help.replace("{default}", value);
    }
    return value.equals("none") || value.equals("false") ? help : help + " (" + value + ")";
  }

  /** The numbers that it, or each of its elements, may be; null where it is no number. */
  @Nullable Range range() {
    return component.getAnnotation(Range.class);
  }

  Type type() {
    return component.getGenericType();
  }

  boolean isOf(Record record) {
    return component.getDeclaringRecord() == record.getClass();
  }

  @Nullable Object value(Record of) {
    try {
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("section " + section + " hides " + name, e);
    }
  }

  /** The values it may have, where these are few; empty for others. */
  public List<String> choices() {
    if (isFlag()) {
      return List.of("true", "false");
    }
    return type() instanceof Class<?> choice && choice.isEnum()
        ? Choice.texts(choice.asSubclass(Choice.class))
        : List.of(setting.choices());
  }

  /** What the key's value must be, for messages: {@code a whole number}. */
  public String expectation() {
    List<String> choices = choices();
    String expected =
        choices.isEmpty()
            ? SettingType.expectation(type())
            : choices.size() == 1 ? choices.get(0) : "one of " + String.join(", ", choices);
    return nullable() ? expected + " or none" : expected;
  }

  /** What a value must be and is not: {@code from 1 to 65536}; null where nothing is wrong. */
  @Nullable String violated(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    List<String> choices = choices();
    if (value instanceof String && !choices.isEmpty() && !choices.contains(value)) {
      return expectation();
    }
    if (!setting.form().fits(value)) {
      return setting.form().expectation();
    }
    Range range = range();
    if (range == null) {
      return null;
    }
    List<?> numbers = value instanceof List<?> list ? list : List.of(value);
    boolean fits =
        numbers.stream().allMatch(number -> fits(((Number) number).doubleValue(), range));
    return fits ? null : (isList() ? "numbers " : "") + text(range);
  }

  private static boolean fits(double number, Range range) {
    return number >= range.from()
        && number <= range.to()
        && !(range.above() && number == range.from())
        && !(range.below() && number == range.to());
  }

  private String text(Range range) {
    boolean open = range.to() == Double.MAX_VALUE;
    boolean whole = SettingType.isWhole(type()) || isList();
    if (!open && !range.above() && !range.below()) {
      return "from " + text(range.from()) + " to " + text(range.to());
    }
    List<String> parts = new ArrayList<>();
    parts.add((range.above() ? "above " : "at least ") + text(range.from()));
    if (!open) {
      parts.add((range.below() ? "below " : "at most ") + text(range.to()));
    } else if (!whole) {
      parts.add("finite");
    }
    return String.join(" and ", parts);
  }

  private static String text(double limit) {
    return limit == Math.rint(limit) ? Long.toString((long) limit) : Double.toString(limit);
  }

  @Override
  public String toString() {
    return name;
  }
}
