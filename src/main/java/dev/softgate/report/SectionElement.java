package dev.softgate.report;

import dev.softgate.chart.Chart;
import gg.jte.Content;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A piece of a section. Its texts are plain; the page escapes them. */
public sealed interface SectionElement {

  record Heading(String text) implements SectionElement {}

  record Note(String text) implements SectionElement {}

  /** A table whose first column names the rows; the others are numeric or not. */
  record Table(List<String> header, List<Row> rows, boolean numeric) implements SectionElement {
    public Table {
      header = List.copyOf(header);
      rows = List.copyOf(rows);
    }
  }

  /** A row of a table, its name first; highlighted if marked. */
  record Row(List<String> cells, boolean marked) {
    public Row {
      cells = List.copyOf(cells);
    }

    static Row of(String... cells) {
      return new Row(List.of(cells), false);
    }
  }

  /** Charts side by side, as far as they fit. */
  record Charts(List<Content> svgs) implements SectionElement {
    public Charts {
      svgs = List.copyOf(svgs);
    }

    /** Creates a block from charts that are not empty. */
    static Charts of(Chart... charts) {
      return new Charts(
          Arrays.stream(charts)
              .map(Chart::svg)
              .<Content>map(svg -> output -> output.writeContent(svg))
              .toList());
    }

    /** Creates a block from the charts that are not empty; null if there are none. */
    static @Nullable Charts ofShowing(List<Chart> charts) {
      Chart[] showing = charts.stream().filter(chart -> !chart.isEmpty()).toArray(Chart[]::new);
      return showing.length == 0 ? null : of(showing);
    }
  }

  record Gallery(List<Picture> pictures) implements SectionElement {
    public Gallery {
      pictures = List.copyOf(pictures);
    }
  }

  /** An image of a gallery: a data URI, a text alternative, and the lines of its caption. */
  record Picture(String source, String name, List<String> lines, boolean marked) {
    public Picture {
      lines = List.copyOf(lines);
    }
  }

  /**
   * Pictures that open to a larger view, in an order that the reader chooses.
   *
   * @param id names the gallery on the page
   * @param orders what they are sorted by; the first holds at the start
   */
  record SortedGallery(String id, List<String> orders, List<Opened> pictures)
      implements SectionElement {
    public SortedGallery {
      orders = List.copyOf(orders);
      pictures = List.copyOf(pictures);
    }
  }

  /**
   * A picture that opens.
   *
   * @param picture what is always seen
   * @param details lines of the larger view
   * @param link the address of the image's file, relative to the page if possible; null without
   * @param path the path of that file
   * @param shown whether browsers can show the file
   * @param places its place in each order, from 0
   */
  record Opened(
      Picture picture,
      List<String> details,
      @Nullable String link,
      String path,
      boolean shown,
      List<Integer> places) {
    public Opened {
      details = List.copyOf(details);
      places = List.copyOf(places);
    }

    /** The places as CSS variables. */
    public String style() {
      return IntStream.range(0, places.size())
          .mapToObj(i -> "--o%d:%d".formatted(i, places.get(i)))
          .collect(Collectors.joining(";"));
    }
  }
}
