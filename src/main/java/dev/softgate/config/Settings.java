package dev.softgate.config;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All settings, read from the {@link Setting}s on the sections of {@link RunConfig}. */
public final class Settings {

  private static final Map<String, Class<? extends Record>> SECTIONS = sectionTypes();
  private static final Map<String, ConfigKey> ALL = collect();

  /** Every setting, in the order of the file. No two sections have a setting of the same name. */
  public static Collection<ConfigKey> all() {
    return ALL.values();
  }

  /** The setting of that name, or null. */
  public static @Nullable ConfigKey named(String name) {
    return ALL.get(name);
  }

  /** The setting of that name; throws IllegalArgumentException if there is none. */
  public static ConfigKey of(String name) {
    ConfigKey key = ALL.get(name);
    if (key == null) {
      throw new IllegalArgumentException("no setting " + name);
    }
    return key;
  }

  /** The settings of a section, in the order of the file. */
  public static List<ConfigKey> section(String section) {
    return ALL.values().stream().filter(key -> key.section().equals(section)).toList();
  }

  /** The sections by name, in the order of the file. */
  static Map<String, Class<? extends Record>> sections() {
    return SECTIONS;
  }

  private static Map<String, Class<? extends Record>> sectionTypes() {
    Map<String, Class<? extends Record>> types = new LinkedHashMap<>();
    Arrays.stream(RunConfig.class.getRecordComponents())
        .forEach(
            section -> types.put(section.getName(), section.getType().asSubclass(Record.class)));
    return Collections.unmodifiableMap(types);
  }

  private static Map<String, ConfigKey> collect() {
    Map<String, ConfigKey> keys = new LinkedHashMap<>();
    SECTIONS.forEach(
        (section, type) -> {
          for (RecordComponent component : type.getRecordComponents()) {
            ConfigKey key = new ConfigKey(section, component);
            if (keys.put(key.name(), key) != null) {
              throw new IllegalStateException("two sections have a key " + key);
            }
          }
        });
    return Collections.unmodifiableMap(keys);
  }

  private Settings() {}
}
