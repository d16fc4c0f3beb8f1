package dev.softgate.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One setting of a {@link RunConfig}: a component of one of its sections. Its name is the
 * component's in kebab-case, the same in the file and, after two hyphens, on the command line; no
 * two sections share a name.
 *
 * @param section the section's name in the file
 * @param name the key's name in the file and of its option
 * @param type what its values are
 * @param nullable whether it may be null
 */
public record ConfigKey(String section, String name, Type type, boolean nullable) {

  private static final Map<String, Class<?>> SECTIONS = sectionTypes();
  private static final Map<String, ConfigKey> ALL = collect();

  /** Every key, in the order of the file. */
  public static Collection<ConfigKey> all() {
    return ALL.values();
  }

  /** The key of that name, or null. */
  public static @Nullable ConfigKey named(String name) {
    return ALL.get(name);
  }

  /** The sections by name, in the order of the file. */
  static Map<String, Class<?>> sections() {
    return SECTIONS;
  }

  /** The keys of a section, in the order of the file. */
  static List<ConfigKey> of(String section) {
    return ALL.values().stream().filter(key -> key.section().equals(section)).toList();
  }

  /**
   * Whether the command line spells null, or an empty list, {@code none}, as the option's help then
   * says. Not of a name: a run may be named so.
   */
  public boolean noneIsAbsence() {
    return (nullable && !name.equals("name")) || type instanceof ParameterizedType;
  }

  /** The key's value as a person writes it, for messages: {@code "a whole number"}. */
  String expectation() {
    return ConfigText.expectation(type);
  }

  private static Map<String, Class<?>> sectionTypes() {
    Map<String, Class<?>> types = new LinkedHashMap<>();
    Arrays.stream(RunConfig.class.getRecordComponents())
        .forEach(section -> types.put(section.getName(), section.getType()));
    return Collections.unmodifiableMap(types);
  }

  private static Map<String, ConfigKey> collect() {
    Map<String, ConfigKey> keys = new LinkedHashMap<>();
    SECTIONS.forEach(
        (section, type) -> {
          for (RecordComponent component : type.getRecordComponents()) {
            ConfigKey key =
                new ConfigKey(
                    section,
                    kebabCase(component.getName()),
                    component.getGenericType(),
                    component.getAnnotatedType().isAnnotationPresent(Nullable.class));
            if (keys.put(key.name(), key) != null) {
              throw new IllegalStateException("two sections have a key " + key.name());
            }
          }
        });
    return Collections.unmodifiableMap(keys);
  }

  private static String kebabCase(String camelCase) {
    return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
