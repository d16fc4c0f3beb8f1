package dev.softgate.report;

import java.util.List;

/** The data of the template; {@code maker} is the program that made the page. */
public record Page(String title, List<Subject> runs, List<Section> sections, String maker) {

  public Page {
    runs = List.copyOf(runs);
    sections = List.copyOf(sections);
  }

  /** A run in the page's header, in its color in the charts. */
  public record Subject(int color, String name, String description, String status) {}
}
