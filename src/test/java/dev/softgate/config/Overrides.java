package dev.softgate.config;

import java.util.Map;
import java.util.TreeMap;

/** Settings as tests write them. */
public final class Overrides {

  /** The texts by key of {@code epochs=5 schedule=3,4}. */
  public static Map<String, String> of(String settings) {
    Map<String, String> overrides = new TreeMap<>();
    for (String setting : settings.split(" ", -1)) {
      int sign = setting.indexOf('=');
      overrides.put(setting.substring(0, sign), setting.substring(sign + 1));
    }
    return overrides;
  }

  private Overrides() {}
}
