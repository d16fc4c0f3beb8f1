package dev.softgate.chart;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The colors and lines of charts as CSS, light and dark. */
public final class ChartStyle {

  /** The number of colors of series. */
  public static final int COLORS = 8;

  private static final Map<String, String> LIGHT = new LinkedHashMap<>();
  private static final Map<String, String> DARK = new LinkedHashMap<>();

  static {
    color("paper", "#ffffff", "#15181c");
    color("panel", "#f4f5f7", "#20252b");
    color("ink", "#1d2228", "#e4e7ea");
    color("muted", "#5c6670", "#9aa5b0");
    color("grid", "#dde1e5", "#343b43");
    color("s0", "#1f5fa8", "#6ea8fe");
    color("s1", "#c05a00", "#ffa94d");
    color("s2", "#237a3f", "#69db7c");
    color("s3", "#b02a78", "#f783ac");
    color("s4", "#6544c4", "#b197fc");
    color("s5", "#7d6200", "#e0c341");
    color("s6", "#0b7285", "#3bc9db");
    color("s7", "#c92a2a", "#ff8787");
  }

  private static final String RULES =
      """
      .chart{font-family:system-ui,sans-serif;font-size:12px}
      .chart text{fill:var(--ink)}
      .chart .title{font-size:14px;font-weight:600}
      .chart .tick,.chart .label,.chart .note{fill:var(--muted)}
      .chart .note{font-size:11px}
      .chart .paper{fill:var(--paper)}
      .chart .grid{stroke:var(--grid);fill:none}
      .chart .milestone{stroke:var(--muted);stroke-dasharray:2 3;fill:none}
      .chart .line{fill:none;stroke-width:1.8;stroke-linejoin:round}
      .chart .dashed{stroke-dasharray:6 3}
      .chart .dot{stroke:none}
      .chart .steps{fill-opacity:.14;stroke-width:1.6}
      .chart .cell{fill:var(--s0);shape-rendering:crispEdges}
      .chart .reference{stroke:var(--muted);stroke-dasharray:5 4;stroke-width:1.3}
      """;

  private ChartStyle() {}

  private static void color(String name, String light, String dark) {
    LIGHT.put(name, light);
    DARK.put(name, dark);
  }

  /**
   * The style sheet of a page with charts. The colors are variables, such as {@code --ink} and
   * {@code --paper}, that the rest of the page may use. Screens can choose the dark colors; prints
   * are light.
   */
  public static String css() {
    return ":root{color-scheme:light dark;%s}\n@media screen and (prefers-color-scheme:dark){:root{%s}}\n%s"
        .formatted(variables(LIGHT), variables(DARK), rules());
  }

  /** The light style sheet without variables, which some SVG programs do not support. */
  static String plain() {
    String css = rules();
    for (Map.Entry<String, String> color : LIGHT.entrySet()) {
      css = css.replace("var(--" + color.getKey() + ")", color.getValue());
    }
    return css;
  }

  private static String variables(Map<String, String> colors) {
    return colors.entrySet().stream()
        .map(color -> "--" + color.getKey() + ":" + color.getValue())
        .collect(Collectors.joining(";"));
  }

  private static String rules() {
    StringBuilder rules = new StringBuilder(RULES);
    for (int i = 0; i < COLORS; i++) {
      rules
          .append(".chart .s%d{stroke:var(--s%d)}\n".formatted(i, i))
          .append(".chart .dot.s%d,.chart .steps.s%d{fill:var(--s%d)}\n".formatted(i, i, i));
    }
    return rules.toString();
  }
}
