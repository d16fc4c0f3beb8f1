package dev.softgate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The turns of phrase that make a reader stop are not in code, tests or documentation. A space in a
 * turn also matches a line break within a comment or a string.
 */
class EnglishTest {

  private static final String SPACE = "(?:\\s|\\*|//|\"\\s*\\+\\s*\")+";

  private static final Pattern TEST_NAME =
      Pattern.compile(
          "@(?:Test|ParameterizedTest)\\b(?:(?!\\bvoid\\b)[^;{])*(?:\\{[^}]*}[^;{]*)?\\bvoid"
              + " (\\w+)\\(");

  private static final Pattern RIDDLE =
      Pattern.compile(
          "(?:a|an|the|of|what|whatever|where|whose|whoever|those|there)(?=[A-Z]).*"
              + "|.*(?:Is|Are)(?:None|Refused)(?:[A-Z].*)?|.*(?:SoMany|ThatIsNo|WhatIsNo).*");

  private static final List<Turn> TURNS =
      List.of(
          turn(
              "@param \\w+ (?:of|from which|for which|that|which|whose|by which) ",
              "@param x the …"),
          turn("/\\*\\* Of ", "a sentence that begins with its subject"),
          turn("(?<=[.;]) Of (?=[a-z])", "a sentence that begins with its subject"),
          turn("\\bso(?:-| )man(?:y|ieth)\\b(?! that)", "a number, 'that many', or 'n'"),
          turn("\\b(?:network|model|classifier|engine)s? (?:says?|said)\\b", "predicts, computes"),
          turn("\\bgates? (?:says?|said)\\b", "the gate's g"),
          turn("\\b(?:says?|said) of\\b", "predicts for, tells about"),
          turn("\\bin what follows\\b", "below"),
          turn("\\bthose that\\b", "the noun itself"),
          turn(
              "\\bof (?:equals|several|others?) (?=the|it|each|a)",
              "'among', or 'if there are several'"),
          turn("\\b(?<!there[\\s*/+\"]{1,40})(?:is|are) none\\b(?! of)", "there is no …"),
          turn("\\bwhat is no\\b", "files that are not …"),
          turn("\\banew\\b", "again"),
          turn("\\bby heart\\b", "memorizes"),
          turn("\\bheld to (?:the|its|a|his)\\b", "compared with"),
          turn("\\bholds? \\w+ to (?:the|a) (?:truth|file)\\b", "compares with"),
          turn("\\bany more\\b(?! than)", "anymore, or 'no longer'"),
          turn("\\bsurest\\b", "most confident"),
          turn("\\bin the making\\b", "computes"),
          turn("\\bpass(?:es|ed) over\\b", "skips"),
          turn("\\bfinds? out first\\b", "checks"),
          turn("\\bput(?:s)? in the place of\\b", "replaces"),
          turn("\\bin the place of\\b", "in place of, replaces"),
          turn("\\ba person(?:'s)?\\b", "the user"),
          turn("\\bgone on with\\b", "resumed"),
          spelling("optimis(?:e|ation)", "optimiz"),
          spelling("behaviour", "behavior"),
          spelling("colour", "color"),
          spelling("neighbour", "neighbor"),
          spelling("initialis", "initializ"),
          spelling("normalis(?!ed)", "normaliz"),
          turn(
              "(?:float32|images|pixels|inputs?|scores|was|were|are|is)[,]? normalised\\b",
              "normalized"),
          spelling("memoris(?!ation\\.md)", "memoriz"),
          spelling("labell(?:ed|ing)", "labeled"),
          spelling("favour", "favor"),
          spelling("centre", "center"),
          spelling("grey\\b", "gray"),
          spelling("analys(?:e|ed|es|ing)\\b", "analyz"),
          spelling(
              "(?:organ|recogn|summar|serial|quant|regular|general|minim|maxim|penal|util|special|visual|random)is(?:e|ed|es|ing|ation)\\b",
              "-iz-"),
          spelling("(?:cancell|modell|travell|signall|levell)(?:ed|ing)", "one l"),
          spelling("artefact", "artifact"),
          spelling("judgement", "judgment"),
          spelling("licence", "license"),
          spelling("catalogue", "catalog"),
          spelling("whilst", "while"));

  /** Where other work goes on; empty at the end. */
  private static final List<String> EXCLUDED = List.of();

  private record Turn(Pattern pattern, String instead) {}

  private static Turn turn(String pattern, String instead) {
    return new Turn(Pattern.compile(pattern.replace(" ", SPACE)), instead);
  }

  private static Turn spelling(String pattern, String instead) {
    return new Turn(Pattern.compile("(?i)(?<![/\\w-])\\w*" + pattern), instead);
  }

  @Test
  void avoidsForeignTurns() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : files()) {
      found.addAll(problems(file, Files.readString(file)));
    }
    assertThat(found).isEmpty();
  }

  @Test
  void testNamesArePlain() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : walk(Path.of("src/test/java"))) {
      Matcher name = TEST_NAME.matcher(Files.readString(file));
      while (name.find()) {
        if (RIDDLE.matcher(name.group(1)).matches()) {
          found.add(file + ": " + name.group(1));
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void detectsTurnsAcrossLines() {
    assertThat(problems(Path.of("x"), "/**\n * @param x of the\n * network\n")).hasSize(1);
    assertThat(problems(Path.of("x"), "a\n * what the network\n   * says\n"))
        .singleElement()
        .asString()
        .startsWith("x:2: 'network says'");
    assertThat(problems(Path.of("x"), "the optimiser")).hasSize(1);
    assertThat(problems(Path.of("x"), "the optimizer, gate-calibration: normalised")).isEmpty();
  }

  private static List<String> problems(Path file, String text) {
    List<String> found = new ArrayList<>();
    for (Turn turn : TURNS) {
      Matcher matcher = turn.pattern.matcher(text);
      while (matcher.find()) {
        long line = 1 + text.substring(0, matcher.start()).chars().filter(c -> c == '\n').count();
        String shown = matcher.group().replaceAll(SPACE, " ").strip();
        found.add("%s:%d: '%s': write %s".formatted(file, line, shown, turn.instead));
      }
    }
    return found;
  }

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")));
    for (String folder : List.of("src/main", "src/test/java", "docs")) {
      files.addAll(walk(Path.of(folder)));
    }
    files.remove(Path.of("src/test/java/dev/softgate/EnglishTest.java"));
    files.removeIf(file -> EXCLUDED.stream().anyMatch(file.toString()::startsWith));
    return files;
  }

  private static List<Path> walk(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().matches(".*\\.(?:java|md|jte|yaml)")).toList();
    }
  }
}
