package dev.softgate.torch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** No tensor is created without a device. */
class DeviceRulesTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.softgate");

  /** Over the memory of the caller, which is the CPU's. */
  private static final String OVER = "over";

  /** libtorch's functions that make a tensor from nothing: all those of factories in C++. */
  private static final Set<String> FACTORIES =
      Arrays.stream(torch.class.getMethods())
          .filter(method -> List.of(method.getParameterTypes()).contains(TensorOptions.class))
          .filter(method -> org.bytedeco.pytorch.Tensor.class == method.getReturnType())
          .map(Method::getName)
          .collect(Collectors.toCollection(TreeSet::new));

  private static final DescribedPredicate<JavaMethodCall> CREATES =
      DescribedPredicate.describe(
          "create a native tensor",
          call ->
              call.getTargetOwner().isEquivalentTo(torch.class)
                  && FACTORIES.contains(call.getName()));

  @Test
  void onlyTensorCreatesTensors() {
    assertThat(FACTORIES).contains("zeros", "empty", "from_blob", "ones", "randn", "full");
    noClasses()
        .that(DescribedPredicate.not(JavaClass.Predicates.equivalentTo(Tensor.class)))
        .should()
        .callMethodWhere(CREATES)
        .check(CLASSES);
  }

  @Test
  void optionsOfNewTensorsComeFromADevice() {
    noClasses()
        .that(DescribedPredicate.not(JavaClass.Predicates.equivalentTo(Device.class)))
        .should()
        .callConstructorWhere(
            DescribedPredicate.describe(
                "make options", call -> call.getTargetOwner().isEquivalentTo(TensorOptions.class)))
        .check(CLASSES);
  }

  @Test
  void everyFactoryTakesADevice() {
    List<Method> factories =
        Arrays.stream(Tensor.class.getDeclaredMethods())
            .filter(method -> Modifier.isStatic(method.getModifiers()))
            .filter(method -> method.getReturnType() == Tensor.class)
            .filter(method -> !List.of(method.getParameterTypes()).contains(Tensor.class))
            .filter(method -> !method.getName().startsWith("lambda"))
            .toList();
    assertThat(factories).hasSizeGreaterThan(5);
    assertThat(factories)
        .filteredOn(method -> !method.getName().equals(OVER))
        .allSatisfy(
            method ->
                assertThat(method.getParameterTypes()).as(method.getName()).contains(Device.class));
  }
}
