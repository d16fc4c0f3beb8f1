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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** Package → the packages it may use, besides itself and the root package. */
  private static final Map<String, List<String>> MAY_USE = new LinkedHashMap<>();

  static {
    MAY_USE.put("data", List.of("interop"));
    MAY_USE.put("interop", List.of());
    MAY_USE.put("chart", List.of());
    MAY_USE.put("interop.pytorch", List.of("interop"));
    MAY_USE.put("scoring", List.of());
    MAY_USE.put("scoring.statistics", List.of());
    MAY_USE.put("scoring.labels", List.of("scoring.statistics"));
    MAY_USE.put("torch", List.of("interop"));
    MAY_USE.put("gate", List.of("data", "torch"));
    MAY_USE.put("model", List.of("gate", "interop", "torch"));
    MAY_USE.put("onednn", List.of("interop", "model", "torch"));
    MAY_USE.put("evaluation", List.of("data", "gate", "model", "scoring", "torch"));
    MAY_USE.put(
        "training",
        List.of("data", "evaluation", "gate", "interop", "model", "onednn", "scoring", "torch"));
    MAY_USE.put("benchmark", List.of("data", "model", "onednn", "torch", "training"));
    MAY_USE.put("parity", List.of("gate", "interop", "model", "torch", "training"));
    MAY_USE.put(
        "experiment",
        List.of(
            "chart",
            "data",
            "evaluation",
            "gate",
            "interop",
            "interop.pytorch",
            "model",
            "parity",
            "scoring",
            "scoring.labels",
            "scoring.statistics",
            "torch",
            "training"));
    MAY_USE.put(
        "serving",
        List.of(
            "data", "evaluation", "experiment", "gate", "model", "scoring", "torch", "training"));
    MAY_USE.put(
        "report",
        List.of("chart", "data", "experiment", "interop", "scoring.statistics", "training"));
    MAY_USE.put(
        "cli",
        List.of(
            "benchmark",
            "data",
            "evaluation",
            "experiment",
            "gate",
            "interop",
            "model",
            "onednn",
            "parity",
            "report",
            "scoring",
            "scoring.labels",
            "torch",
            "training"));
  }

  static Stream<String> packages() {
    return MAY_USE.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageUsesOnlyThoseBelowIt(String name) {
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
  void everyPackageHasItsRow() {
    assertThat(CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
        .as("packages; give a new one its row in MAY_USE")
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(Stream.of(ROOT), packages().map(name -> ROOT + "." + name)).toList());
  }

  @Test
  void theRootPackageUsesNoOther() {
    classes()
        .that()
        .resideInAPackage(ROOT)
        .should()
        .onlyDependOnClassesThat(not(resideInAPackage(ROOT + "..")).or(resideInAPackage(ROOT)))
        .check(CLASSES);
  }

  @Test
  void onlyTheEnginesNameNativeLibraries() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".torch", ROOT + ".onednn")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .check(CLASSES);
  }

  @Test
  void thereAreNoCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
