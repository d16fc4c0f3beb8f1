package dev.softgate.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKernel;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.GateTap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Names and shapes of every member are a contract with the checkpoints written. */
class FamilyNamesTest {

  private static final Path NAMES = Path.of("src/test/resources/names");

  /** How many structures are on record. */
  private static final int RECORDS = 29;

  /** Each structure that has a record; the others are put together from those. */
  static Stream<Arguments> recorded() {
    return Stream.of(BlockKind.values())
        .flatMap(
            block ->
                distinct(block)
                    .filter(member -> Files.exists(NAMES.resolve(record(member, block) + ".txt")))
                    .map(member -> Arguments.of(member, block)));
  }

  private static String record(Family.Member member, BlockKind block) {
    int depth = member.spec(block, 10).depth();
    return ParameterNamesTest.text(block) + depth + "-" + member.structure();
  }

  private static Stream<Family.Member> distinct(BlockKind block) {
    Set<String> seen = new HashSet<>();
    return Family.members()
        .filter(member -> seen.add(member.structure()))
        .filter(member -> block == BlockKind.BASIC || !member.large());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("recorded")
  void matchTheRecords(Family.Member member, BlockKind block) throws IOException {
    ModelSpec spec = member.spec(block, 10);
    ResNet network = new ResNet(spec);
    ParameterNamesTest.assertOnRecord(record(member, block), network.state());
    assertCounted(network);
  }

  @Test
  void everyRecordHasAMember() throws IOException {
    Set<String> wanted = new HashSet<>();
    recorded()
        .forEach(
            arguments -> {
              Object[] values = arguments.get();
              wanted.add(record((Family.Member) values[0], (BlockKind) values[1]) + ".txt");
            });
    try (Stream<Path> files = Files.list(NAMES)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .hasSize(RECORDS)
          .containsExactlyInAnyOrderElementsOf(wanted);
    }
  }

  /** One record of a structure holds all its members; two kinds of gates may have one shape. */
  @ParameterizedTest
  @EnumSource(BlockKind.class)
  void dependOnStructureOnly(BlockKind block) {
    Map<String, List<String>> structures = new HashMap<>();
    Family.small()
        .filter(member -> !member.seesPixels())
        .forEach(
            member -> {
              List<String> lines =
                  ParameterNamesTest.lines(new ResNet(member.spec(block, 3)).state());
              List<String> known = structures.putIfAbsent(member.structure(), lines);
              assertThat(known == null || known.equals(lines)).as("%s", member).isTrue();
            });
  }

  /**
   * The recorded networks, which have 10 classes, are counted too. Gates over pixels have millions
   * of parameters; one of each kind is counted.
   */
  @ParameterizedTest
  @EnumSource(BlockKind.class)
  void costCountsEveryParameter(BlockKind block) {
    int least = Family.leastDepth(block);
    distinct(block)
        .filter(member -> !member.large())
        .forEach(
            member -> {
              if (!member.seesPixels()) {
                assertCounted(new ResNet(member.spec(block, least, 3)));
                assertCounted(new ResNet(member.spec(block, least + block.depthStep(), 100)));
              } else if (member.gate().stages().equals(List.of(2))) {
                assertCounted(new ResNet(member.spec(block, least + block.depthStep(), 100)));
              }
            });
  }

  private static void assertCounted(ResNet network) {
    ModelSpec spec = network.spec();
    long counted =
        network.parameters().values().stream().mapToLong(p -> p.value().elements()).sum();

    assertThat(ModelCost.of(spec, 32, 32).parameters()).as("%s", spec).isEqualTo(counted);
  }

  private static long macs(ShortcutKind shortcut, GateSpec gate) {
    return ModelCost.of(
            new ModelSpec(Architecture.RESNET, BlockKind.BASIC, 14, 10, shortcut, gate), 32, 32)
        .macs();
  }

  /** What is counted by hand: the layers that a gate or projection adds, at their sizes. */
  @Test
  void costOfGatesAndProjectionsMatchesHandCounts() {
    ShortcutKind projection = ShortcutKind.PROJECTION;
    long plain = macs(projection, GateSpec.none());

    assertThat(plain - macs(ShortcutKind.PAD, GateSpec.none()))
        .isEqualTo(16 * 32 * 256 + 32 * 64 * 64);
    GateSpec b123 =
        Family.onStage(
            GateKind.CLASSIFIER,
            GatePenalty.NONE,
            GateTap.ENTRY,
            GateCalibration.NORMALISED,
            1,
            2,
            3);
    assertThat(macs(projection, b123) - plain)
        .isEqualTo(16 * 108 + 108 * 10 + 32 * 216 + 216 * 10 + 64 * 512 + 512 * 10);
    GateSpec sigmoid =
        Family.onStage(
            GateKind.SIGMOID, GatePenalty.L2, GateTap.ENTRY, GateCalibration.NORMALISED, 3);
    assertThat(macs(projection, sigmoid) - plain).isEqualTo(64 * 64 * 512 + 512);
    GateSpec elements = Family.inUnit(GateKind.SHORTCUT, GatePenalty.L2, GateKernel.ELEMENT_1X1);
    long[] units = {2 * 16 * 16 * 1024, 16 * 32 * 256, 32 * 32 * 256, 32 * 64 * 64, 64 * 64 * 64};
    assertThat(macs(projection, elements) - plain).isEqualTo(Arrays.stream(units).sum());
    GateSpec tube =
        Family.inUnit(GateKind.EXCLUSIVE, GatePenalty.CROSS_ENTROPY, GateKernel.TUBE_3X3);
    long[] tubes = {2 * 16 * 18 * 1024, 16 * 18 * 256, 32 * 18 * 256, 32 * 18 * 64, 64 * 18 * 64};
    assertThat(macs(projection, tube) - plain).isEqualTo(Arrays.stream(tubes).sum());
  }

  @Test
  void costCountsAdditionalLayers() {
    GateSpec b23 =
        Family.onStage(
            GateKind.CLASSIFIER, GatePenalty.NONE, GateTap.ENTRY, GateCalibration.NORMALISED, 2, 3);
    ModelSpec spec = ModelSpec.resnet(BlockKind.BASIC, 14, 10, b23);

    assertThat(ModelCost.of(spec, 32, 32).additionalMacs())
        .isEqualTo(2 * 32 * 32 * 9 * 256 + 2 * 64 * 64 * 9 * 64);
  }
}
