package dev.softgate.report;

import java.util.List;

/**
 * What the template shows.
 *
 * @param title of the page
 * @param runs what each run is
 * @param sections those that have something to show
 * @param maker what made the page
 */
public record Page(String title, List<Subject> runs, List<Section> sections, String maker) {

  /** Copies the lists. */
  public Page {
    runs = List.copyOf(runs);
    sections = List.copyOf(sections);
  }

  /**
   * A run in the page's head.
   *
   * @param color its number in the charts
   * @param name of the run
   * @param description what was trained on what
   * @param status how it stands
   */
  public record Subject(int color, String name, String description, String status) {}
}
