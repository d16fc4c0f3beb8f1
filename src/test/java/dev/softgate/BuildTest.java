package dev.softgate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** What the build promises to those who use or cite it. */
class BuildTest {

  private static List<Element> children(Node parent, String name) {
    List<Element> found = new ArrayList<>();
    NodeList nodes = parent.getChildNodes();
    for (int i = 0; i < nodes.getLength(); i++) {
      if (nodes.item(i) instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }

  private static String text(Element parent, String name) {
    List<Element> found = children(parent, name);
    return found.isEmpty() ? "" : found.get(0).getTextContent();
  }

  private static Element pom() throws Exception {
    Document pom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of("pom.xml").toFile());
    return pom.getDocumentElement();
  }

  @Test
  void citationHasTheBuildVersion() throws Exception {
    JsonNode citation =
        new ObjectMapper(new YAMLFactory()).readTree(Path.of("CITATION.cff").toFile());
    assertThat(citation.get("version").asText()).isEqualTo(text(pom(), "version"));
    for (String required : List.of("cff-version", "message", "title", "authors")) {
      assertThat(citation.has(required)).as(required).isTrue();
    }
  }

  @Test
  void pinsEveryPlugin() throws Exception {
    Element plugins = children(children(pom(), "build").get(0), "plugins").get(0);
    for (Element plugin : children(plugins, "plugin")) {
      assertThat(text(plugin, "version"))
          .as(text(plugin, "artifactId"))
          .matches("\\d+\\.\\d.*|\\$\\{jte.version}");
    }
  }

  @Test
  void allowsNativeCodeInTestsAndBenchmarks() throws Exception {
    assertThat(pom().getTextContent().split("--enable-native-access=ALL-UNNAMED", -1)).hasSize(3);
  }
}
