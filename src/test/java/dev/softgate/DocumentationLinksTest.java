package dev.softgate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every relative link and picture in the documentation leads to a file and a heading that exist.
 */
class DocumentationLinksTest {

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("#{1,6}\\s+(.*)");
  private static final Pattern CODE_SPAN = Pattern.compile("`[^`]*`");

  /** A documented file's lines outside of code blocks. */
  private static List<String> prose(Path document) {
    List<String> prose = new ArrayList<>();
    boolean fenced = false;
    try {
      for (String line : Files.readAllLines(document)) {
        if (line.strip().startsWith("```")) {
          fenced = !fenced;
        } else if (!fenced) {
          prose.add(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return prose;
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents =
        new ArrayList<>(
            List.of(
                Path.of("README.md"),
                Path.of("CHANGELOG.md"),
                Path.of("CONTRIBUTING.md"),
                Path.of("SECURITY.md")));
    for (String folder : List.of("docs", "results")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
      }
    }
    return documents;
  }

  /**
   * The names by which a page's headings are linked to, as the common hosts of Markdown make them.
   */
  private static Set<String> anchors(Path document) {
    return prose(document).stream()
        .map(HEADING::matcher)
        .filter(Matcher::matches)
        .map(heading -> heading.group(1).strip().toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  /** What is wrong with the link, or nothing. */
  private static Stream<String> fault(Path document, String link) {
    if (link.startsWith("https:") || link.startsWith("http:") || link.startsWith("mailto:")) {
      return Stream.of();
    }
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target = file.isEmpty() ? document : document.resolveSibling(file).normalize();
    if (!Files.exists(target)) {
      return Stream.of(document + " links to " + link + ", which does not exist");
    }
    if (hash >= 0 && !anchors(target).contains(link.substring(hash + 1))) {
      return Stream.of(document + " links to " + link + ", but the page has no such heading");
    }
    return Stream.of();
  }

  private static Stream<String> faults(Path document) {
    return prose(document).stream()
        .map(line -> CODE_SPAN.matcher(line).replaceAll(""))
        .flatMap(line -> LINK.matcher(line).results())
        .flatMap(link -> fault(document, link.group(1)));
  }

  @Test
  void relativeLinksLeadToExistingFilesAndHeadings() throws IOException {
    assertThat(documents().stream().flatMap(DocumentationLinksTest::faults)).isEmpty();
  }

  @Test
  void namesFileAndLinkOfABrokenLink() {
    assertThat(fault(Path.of("README.md"), "docs/missing.md"))
        .containsExactly("README.md links to docs/missing.md, which does not exist");
    assertThat(fault(Path.of("README.md"), "docs/README.md#missing"))
        .containsExactly(
            "README.md links to docs/README.md#missing, but the page has no such heading");
  }

  @Test
  void indexLinksToEveryPage() throws IOException {
    String index = Files.readString(Path.of("docs/README.md"));
    try (Stream<Path> pages = Files.walk(Path.of("docs"))) {
      assertThat(pages.filter(page -> page.toString().endsWith(".md")))
          .filteredOn(page -> !page.startsWith("docs/decisions"))
          .map(page -> Path.of("docs").relativize(page).toString())
          .filteredOn(page -> !page.equals("README.md"))
          .allSatisfy(page -> assertThat(index).contains("(" + page + ")"));
    }
  }
}
