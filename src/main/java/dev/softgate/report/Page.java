package dev.softgate.report;

import java.util.List;

/**
 * The data of the template.
 *
 * @param title the title
 * @param runs the runs
 * @param sections the sections that are not empty
 * @param maker the program that made the page
 */
public record Page(String title, List<Subject> runs, List<Section> sections, String maker) {

  /** Copies the lists. */
  public Page {
    runs = List.copyOf(runs);
    sections = List.copyOf(sections);
  }

  /**
   * A run in the page's header.
   *
   * @param color its color in the charts
   * @param name the run's name
   * @param description the network and the data
   * @param status the run's status
   */
  public record Subject(int color, String name, String description, String status) {}
}
