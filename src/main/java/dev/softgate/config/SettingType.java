package dev.softgate.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Duration;

/** What values of a setting's type are. Help needs these words without the reader of files. */
final class SettingType {

  /** What a value of the type is, for messages. */
  static String expectation(Type type) {
    if (type == RateSchedule.class) {
      return "a list of whole numbers, cosine or linear";
    }
    if (type instanceof ParameterizedType list) {
      return isWhole(list.getActualTypeArguments()[0])
          ? "a list of whole numbers"
          : "a list of numbers";
    }
    if (isWhole(type)) {
      return "a whole number";
    }
    if (isFraction(type)) {
      return "a number";
    }
    if (type == Duration.class) {
      return "a duration such as 90s, 30m or 1h30m";
    }
    return type == URI.class ? "an address" : "text";
  }

  static boolean isWhole(Type type) {
    return type == int.class || type == long.class || type == Integer.class || type == Long.class;
  }

  static boolean isFraction(Type type) {
    return type == double.class || type == Double.class;
  }

  private SettingType() {}
}
