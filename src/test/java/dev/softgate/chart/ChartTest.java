package dev.softgate.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ChartTest {

  private static Chart chart() {
    return new Chart("Accuracy", Axis.number("epoch"), Axis.percent("accuracy"));
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static List<Element> withClass(Document svg, String name) {
    List<Element> found = new ArrayList<>();
    NodeList all = svg.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      if (List.of(element.getAttribute("class").split(" ")).contains(name)) {
        found.add(element);
      }
    }
    return found;
  }

  private static List<String> ticks(Document svg, String anchor) {
    return withClass(svg, "tick").stream()
        .filter(tick -> tick.getAttribute("text-anchor").equals(anchor))
        .map(Element::getTextContent)
        .toList();
  }

  @Test
  void drawsGreaterValuesHigher() throws Exception {
    Document svg =
        parsed(
            chart()
                .add("a", Chart.Mark.LINE, 0, new double[] {1, 2, 4}, new double[] {0, 1, 0.5})
                .svg());
    List<Element> dots = withClass(svg, "dot");
    double low = Double.parseDouble(dots.get(0).getAttribute("cy"));
    double high = Double.parseDouble(dots.get(1).getAttribute("cy"));
    assertThat(Double.parseDouble(dots.get(2).getAttribute("cy")))
        .isCloseTo((low + high) / 2, within(0.11))
        .isLessThan(low);
    double first = Double.parseDouble(dots.get(0).getAttribute("cx"));
    double last = Double.parseDouble(dots.get(2).getAttribute("cx"));
    assertThat(Double.parseDouble(dots.get(1).getAttribute("cx")))
        .isCloseTo(first + (last - first) / 3, within(0.11));
    assertThat(dots.get(2).getTextContent()).isEqualTo("a: 4, 50%");
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.4, 10% 20% 30% 40%",
    "0.62, 0.99, 60% 70% 80% 90% 100%",
    "0.991, 0.9934, 99.10% 99.15% 99.20% 99.25% 99.30% 99.35%",
    "1, 1, 95% 100%",
    "0, 0, 0% 20% 40% 60%",
  })
  void drawsRoundTicksWithinTheAxis(double low, double high, String expected) throws Exception {
    Document svg =
        parsed(
            chart()
                .add("a", Chart.Mark.LINE, 0, new double[] {1, 2}, new double[] {low, high})
                .svg());
    assertThat(String.join(" ", ticks(svg, "end"))).isEqualTo(expected);
  }

  @Test
  void leavesGapsForMissingValues() throws Exception {
    double[] accuracy = {0.1, 0.2, Double.NaN, 0.3, 0.4, Double.POSITIVE_INFINITY};
    Document svg =
        parsed(
            chart().add("a", Chart.Mark.LINE, 0, new double[] {1, 2, 3, 4, 5, 6}, accuracy).svg());
    assertThat(withClass(svg, "dot")).hasSize(4);
    String path = withClass(svg, "mark").get(0).getAttribute("d");
    assertThat(path).matches("M[\\d. ]+L[\\d. ]+M[\\d. ]+L[\\d. ]+");
  }

  @Test
  void drawsASinglePointAsADot() throws Exception {
    Document svg =
        parsed(chart().add("a", Chart.Mark.LINE, 0, new double[] {1}, new double[] {0.5}).svg());
    assertThat(withClass(svg, "dot")).hasSize(1);
    assertThat(withClass(svg, "mark")).as("no line of no length").hasSize(1);
    assertThat(svg.getDocumentElement().getAttribute("viewBox")).doesNotContain("NaN");
    assertThat(withClass(svg, "dot").get(0).getAttribute("cx")).isNotEqualTo("NaN");
  }

  @Test
  void rejectsAnEmptyChart() {
    Chart empty = chart().add("a", Chart.Mark.LINE, 0, new double[] {1}, new double[] {Double.NaN});
    assertThat(empty.isEmpty()).isTrue();
    assertThatIllegalStateException().isThrownBy(empty::svg).withMessageContaining("Accuracy");
    empty.add("chance", Chart.Mark.REFERENCE, 0, new double[] {0, 1}, new double[] {0, 1});
    assertThat(empty.isEmpty()).isTrue();
    assertThat(empty.add("b", Chart.Mark.LINE, 0, new double[] {1}, new double[] {1}).isEmpty())
        .isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> empty.add("c", Chart.Mark.STEPS, 0, new double[] {1}, new double[] {1}));
  }

  @Test
  void escapesTexts() throws Exception {
    String nasty = "</text><script>alert('1')</script> & \"\u0000\u001b";
    Document svg =
        parsed(
            new Chart(nasty, Axis.number(nasty), Axis.number(nasty))
                .milestone(1, nasty)
                .add(nasty, Chart.Mark.LINE, 0, new double[] {1, 2}, new double[] {1, 2})
                .document());
    assertThat(svg.getElementsByTagName("script").getLength()).isZero();
    assertThat(withClass(svg, "title").get(0).getTextContent())
        .isEqualTo("</text><script>alert('1')</script> & \"\uFFFD\uFFFD");
  }

  @Test
  void stacksCloseMilestones() throws Exception {
    Chart chart =
        chart().add("a", Chart.Mark.LINE, 0, new double[] {0, 300}, new double[] {0.1, 0.2});
    for (int epoch : new int[] {133, 140, 147, 298, 300}) {
      chart.milestone(epoch, "lr 0.0001");
    }
    List<Element> notes = withClass(parsed(chart.svg()), "note");
    assertThat(notes).hasSize(5);
    for (Element one : notes) {
      double start = Double.parseDouble(one.getAttribute("x"));
      assertThat(start + 9 * 6).as("its end").isLessThan(480);
      for (Element other : notes) {
        boolean sameRow = one.getAttribute("y").equals(other.getAttribute("y"));
        double apart = Math.abs(start - Double.parseDouble(other.getAttribute("x")));
        assertThat(one == other || !sameRow || apart > 9 * 6).isTrue();
      }
    }
  }

  @Test
  void wrapsTheLegendAndShortensNames() throws Exception {
    Chart chart = chart();
    for (int i = 0; i < 6; i++) {
      chart.add(
          "runs_vcifar10_resnet_gate_classifier110_333ep133-200_scratch_it1g-2cm-1_entry-" + i,
          Chart.Mark.LINE,
          i,
          new double[] {1, 2},
          new double[] {0.1, 0.2});
    }
    List<Element> keys = withClass(parsed(chart.svg()), "key");
    assertThat(keys.stream().map(key -> key.getAttribute("y")).distinct()).hasSize(6);
    assertThat(keys.get(5).getFirstChild().getNodeValue()).contains("…").endsWith("_entry-5");
    assertThat(keys.get(5).getTextContent()).contains("_333ep133-200_");
  }

  @Test
  void standaloneFileHasNoVariables() {
    Chart chart = chart().add("a", Chart.Mark.LINE, 9, new double[] {1}, new double[] {1});
    assertThat(chart.document()).contains("<style>", "s1").doesNotContain("var(");
    assertThat(chart.svg()).doesNotContain("<style>").isEqualTo(chart.svg());
    assertThat(ChartStyle.css()).contains("prefers-color-scheme:dark", "var(--s7)");
  }

  @ParameterizedTest
  @CsvSource({"0.1, 0.1", "0.0005, 0.0005", "1e-5, 1e-05", "12, 12", "0, 0", "0.12345, 0.1235"})
  void formatsNumbersBriefly(double value, String text) {
    assertThat(Axis.shortest(value)).isEqualTo(text);
  }
}
