package dev.softgate;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dependencies between packages go one way, as the package documentation says. */
class DependencyRulesTest {

  private static final String ROOT = "dev.softgate";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  /** A row of the table of packages: name, content, packages used. */
  private static final Pattern TABLE_ROW =
      Pattern.compile("\\| `([a-z.]+)` \\| [^|]+ \\| ((?:`[a-z.]+` ?)+|–) \\|");

  /** Package → the packages it may use, besides itself and the root package. */
  private static final Map<String, List<String>> MAY_USE = new LinkedHashMap<>();

  static {
    MAY_USE.put("data", List.of("data.decoding", "interop", "interop.pytorch"));
    MAY_USE.put("data.check", List.of("data", "data.decoding", "interop"));
    MAY_USE.put("data.decoding", List.of("interop"));
    MAY_USE.put("interop", List.of());
    MAY_USE.put("chart", List.of());
    MAY_USE.put("interop.pytorch", List.of("interop"));
    MAY_USE.put("scoring", List.of());
    MAY_USE.put("scoring.statistics", List.of());
    MAY_USE.put("scoring.features", List.of());
    MAY_USE.put("scoring.labels", List.of("scoring.statistics"));
    MAY_USE.put("scoring.memorization", List.of("scoring"));
    MAY_USE.put("labels", List.of("interop", "scoring.labels"));
    MAY_USE.put("torch", List.of("interop"));
    MAY_USE.put("distributed", List.of("interop", "torch"));
    MAY_USE.put("gate", List.of("data", "torch"));
    MAY_USE.put("model", List.of("gate", "interop", "torch"));
    MAY_USE.put("onednn", List.of("interop", "model", "torch"));
    MAY_USE.put(
        "evaluation", List.of("data", "gate", "model", "scoring", "scoring.features", "torch"));
    MAY_USE.put("engine", List.of("gate", "model", "onednn", "torch"));
    MAY_USE.put("config", List.of("data", "engine", "gate", "interop", "model", "onednn"));
    MAY_USE.put(
        "training",
        List.of(
            "config",
            "data",
            "distributed",
            "evaluation",
            "gate",
            "interop",
            "model",
            "scoring",
            "torch"));
    MAY_USE.put("distributed.launch", List.of("config", "interop"));
    MAY_USE.put("benchmark", List.of("data", "engine", "model", "onednn", "torch", "training"));
    MAY_USE.put("parity", List.of("engine", "gate", "interop", "model", "torch", "training"));
    MAY_USE.put(
        "run",
        List.of(
            "config",
            "data",
            "data.decoding",
            "distributed",
            "distributed.launch",
            "engine",
            "evaluation",
            "gate",
            "interop",
            "interop.pytorch",
            "model",
            "scoring",
            "torch",
            "training"));
    MAY_USE.put(
        "study",
        List.of(
            "chart",
            "config",
            "data",
            "data.check",
            "engine",
            "evaluation",
            "gate",
            "interop",
            "model",
            "run",
            "scoring",
            "scoring.features",
            "scoring.labels",
            "scoring.statistics",
            "torch",
            "training"));
    MAY_USE.put(
        "sweep",
        List.of("config", "data", "distributed.launch", "interop", "run", "scoring.statistics"));
    MAY_USE.put(
        "subsets",
        List.of(
            "config",
            "data",
            "engine",
            "evaluation",
            "interop",
            "run",
            "scoring.memorization",
            "scoring.statistics",
            "sweep",
            "training"));
    MAY_USE.put(
        "serving",
        List.of(
            "config",
            "data",
            "engine",
            "evaluation",
            "gate",
            "model",
            "run",
            "scoring",
            "torch",
            "training"));
    MAY_USE.put(
        "report",
        List.of(
            "chart",
            "config",
            "data",
            "data.check",
            "data.decoding",
            "interop",
            "run",
            "scoring.statistics",
            "study",
            "sweep",
            "training"));
    MAY_USE.put("review", List.of("config", "data", "data.decoding", "interop", "run", "study"));
    MAY_USE.put(
        "cli",
        List.of(
            "benchmark",
            "config",
            "data",
            "data.check",
            "distributed",
            "distributed.launch",
            "engine",
            "evaluation",
            "gate",
            "interop",
            "labels",
            "model",
            "onednn",
            "parity",
            "report",
            "review",
            "run",
            "scoring",
            "scoring.labels",
            "study",
            "subsets",
            "sweep",
            "torch",
            "training"));
  }

  static Stream<String> packages() {
    return MAY_USE.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void packagesUseOnlyPackagesBelow(String name) {
    String[] allowed =
        Stream.concat(
                Stream.of(ROOT, ROOT + "." + name),
                MAY_USE.getOrDefault(name, List.of()).stream().map(other -> ROOT + "." + other))
            .toArray(String[]::new);

    classes()
        .that()
        .resideInAPackage(ROOT + "." + name)
        .should()
        .onlyDependOnClassesThat(not(resideInAPackage(ROOT + "..")).or(resideInAnyPackage(allowed)))
        .check(CLASSES);
  }

  @Test
  void everyPackageIsListed() {
    assertThat(CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
        .as("packages; give a new one its row in MAY_USE")
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(Stream.of(ROOT), packages().map(name -> ROOT + "." + name)).toList());
  }

  @Test
  void architecturePageHasTheSameTable() throws IOException {
    Map<String, List<String>> table = new LinkedHashMap<>();
    for (String line : Files.readAllLines(Path.of("docs/architecture.md"))) {
      Matcher row = TABLE_ROW.matcher(line);
      if (row.matches()) {
        table.put(
            row.group(1),
            Pattern.compile("`([^`]+)`")
                .matcher(row.group(2))
                .results()
                .map(m -> m.group(1))
                .toList());
      }
    }

    assertThat(table).isEqualTo(MAY_USE);
  }

  @Test
  void rootPackageUsesNoOther() {
    classes()
        .that()
        .resideInAPackage(ROOT)
        .should()
        .onlyDependOnClassesThat(not(resideInAPackage(ROOT + "..")).or(resideInAPackage(ROOT)))
        .check(CLASSES);
  }

  @Test
  void onlyEnginesNameNativeLibraries() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".torch", ROOT + ".onednn")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .check(CLASSES);
  }

  @Test
  void hasNoCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
