package dev.softgate.cli;

import dev.softgate.config.Settings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the command line writes the names of settings. */
final class OptionNames {

  private static final Pattern MARKER = Pattern.compile("\\{([a-z][a-z-]*)}");

  /** A text in which {@code {lr}} has become {@code --lr}. */
  static String inText(String text) {
    return MARKER
        .matcher(text)
        .replaceAll(
            marker ->
                Matcher.quoteReplacement(
                    Settings.named(marker.group(1)) == null
                        ? marker.group()
                        : "--" + marker.group(1)));
  }

  private OptionNames() {}
}
