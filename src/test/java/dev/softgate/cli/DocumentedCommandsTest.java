package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The commands and options that the documentation names are those of the program. */
class DocumentedCommandsTest {

  private static final Pattern COMMAND = Pattern.compile("\\s*(?:\\./)?softgate\\s+(.*)");

  /** A word of a shell: pieces without blanks, or quoted. */
  private static final Pattern WORD = Pattern.compile("(?:[^\\s'\"]+|'[^']*'|\"[^\"]*\")+");

  private static final Pattern CODE_SPAN = Pattern.compile("`([^`]+)`");
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z0-9_-]*");

  /** Options of other programs that the documentation names. */
  private static final Set<String> FOREIGN = Set.of("--enable-native-access");

  private static final Pattern QUOTED = Pattern.compile("'([^']*)'|\"([^\"]*)\"");

  /**
   * A command line in a document.
   *
   * @param place file and line, from 1
   * @param words after {@code softgate}
   */
  record Documented(String place, List<String> words) {

    String[] arguments() {
      return words.toArray(String[]::new);
    }

    boolean startsTraining() {
      return words.get(0).equals("train")
          && words.stream().noneMatch(List.of("--resume", "-e", "--test_checkpoint")::contains);
    }

    @Override
    public String toString() {
      return place + " " + String.join(" ", words);
    }
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents =
        new ArrayList<>(
            List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md"), Path.of("SECURITY.md")));
    try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
    }
    return documents;
  }

  static List<Documented> commands() throws IOException {
    return documents().stream().flatMap(file -> commands(file).stream()).toList();
  }

  static List<Documented> trainings() throws IOException {
    return commands().stream().filter(Documented::startsTraining).toList();
  }

  private static List<Documented> commands(Path document) {
    List<Documented> found = new ArrayList<>();
    List<String> lines = lines(document);
    boolean fenced = false;
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).strip().startsWith("```")) {
        fenced = !fenced;
      }
      Matcher command = COMMAND.matcher(lines.get(i));
      if (fenced && command.matches()) {
        found.add(new Documented(document + ":" + (i + 1), words(command.group(1))));
      }
    }
    return found;
  }

  private static List<String> lines(Path document) {
    try {
      return Files.readAllLines(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a shell would hand over, a comment left out. */
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line);
    while (word.find() && !word.group().startsWith("#")) {
      words.add(QUOTED.matcher(word.group()).replaceAll("$1$2"));
    }
    return words;
  }

  @Test
  void readmeBeginsWithTheQuickstartAndTheBuild() {
    assertThat(lines(Path.of("README.md")).stream().filter(line -> line.startsWith("./")))
        .startsWith("./softgate train --preset quickstart", "./mvnw verify");
  }

  /** Code spans within the text, with file and line; code blocks are left out. */
  private static List<Documented> spans(Path document) {
    List<Documented> found = new ArrayList<>();
    List<String> lines = lines(document);
    boolean fenced = false;
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).strip().startsWith("```")) {
        fenced = !fenced;
      } else if (!fenced) {
        String place = document + ":" + (i + 1);
        CODE_SPAN
            .matcher(lines.get(i))
            .results()
            .forEach(span -> found.add(new Documented(place, words(span.group(1)))));
      }
    }
    return found;
  }

  /** The options of a command and of those below it. */
  private static Stream<String> options(CommandLine command) {
    return Stream.concat(
        command.getCommandSpec().options().stream().flatMap(option -> Stream.of(option.names())),
        command.getSubcommands().values().stream().flatMap(DocumentedCommandsTest::options));
  }

  /** Options and commands in a code span that the program, or the span's command, does not have. */
  private static Stream<String> unknown(CommandLine program, Documented span) {
    List<String> words = new ArrayList<>(span.words());
    boolean command = words.remove("softgate") || words.remove("./softgate");
    if (words.isEmpty()) {
      return Stream.of();
    }
    String first = words.get(0);
    CommandLine named = program.getSubcommands().get(first);
    if (command && named == null && first.matches("[a-z]+")) {
      return Stream.of(span + ": no command " + first);
    }
    Set<String> known = options(named == null ? program : named).collect(Collectors.toSet());
    return OPTION
        .matcher(String.join(" ", words))
        .results()
        .map(MatchResult::group)
        .filter(option -> !known.contains(option) && !FOREIGN.contains(option))
        .map(option -> span + ": no option " + option);
  }

  @Test
  void namesOnlyCommandsAndOptionsThatExist() throws IOException {
    CommandLine program = Main.commandLine(new RecordedTraining());
    assertThat(
            documents().stream()
                .flatMap(document -> spans(document).stream())
                .flatMap(span -> unknown(program, span)))
        .isEmpty();
  }

  @Test
  void reportsUnknownCommandsAndOptions() {
    CommandLine program = Main.commandLine(new RecordedTraining());
    assertThat(unknown(program, new Documented("page:1", List.of("softgate", "evaluate"))))
        .containsExactly("page:1 softgate evaluate: no command evaluate");
    assertThat(unknown(program, new Documented("page:1", List.of("eval", "--rewind"))))
        .containsExactly("page:1 eval --rewind: no option --rewind");
    assertThat(unknown(program, new Documented("page:1", List.of("--no-such"))))
        .containsExactly("page:1 --no-such: no option --no-such");
  }

  @Test
  void documentsEveryCommand() throws IOException {
    assertThat(commands().stream().map(command -> command.words().get(0)))
        .containsAll(Main.commandLine(new RecordedTraining()).getSubcommands().keySet());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void documentedCommandsParse(Documented command) {
    CommandLine program = Main.commandLine(new RecordedTraining());
    CommandLine.ParseResult parsed = program.parseArgs(command.arguments());
    assertThat(parsed.hasSubcommand()).isTrue();
    assertThat(parsed.subcommand().commandSpec().name()).isEqualTo(command.words().get(0));
  }

  @ParameterizedTest
  @MethodSource("trainings")
  void documentedTrainingsAreValid(Documented command) {
    List<String> words = new ArrayList<>(command.words());
    words.add("--print-config");
    CommandRun run = CommandRun.of(new RecordedTraining(), words.toArray(String[]::new));
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("optimization:");
  }
}
