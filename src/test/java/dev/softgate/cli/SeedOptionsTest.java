package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.config.RunConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SeedOptionsTest {

  private final RecordedTraining training = new RecordedTraining();

  private CommandRun train(String line) {
    List<String> arguments = new ArrayList<>(List.of("train"));
    Stream.of(line.split(" ", -1)).filter(word -> !word.isEmpty()).forEach(arguments::add);
    return CommandRun.of(training, arguments.toArray(String[]::new));
  }

  /** As in the published README, after the shell has taken the quotes off. */
  @Test
  void runsThePublishedSampleCommand() {
    CommandRun run =
        train(
            "--dataset=cifar10 --depth=110 --block-name=BasicBlock --scratch=0 --lr=0.1"
                + " --lr_gate=0.01 --mod_name_suffix=it1g-2cm-1 --gate_iters=1 --schedule_gate=0");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(training.config())
        .isEqualTo(
            RunConfig.defaults()
                .with(Map.of("init", "baseline", "name", "vc10_resgc110_4770_bi_it1g-2cm-1")));
  }

  /** Every option of the published script at its default, which is this program's too. */
  @Test
  void defaultsArePublished() {
    CommandRun run =
        train(
            "--arch resnet_gate_classifier --depth 110 --block-name BasicBlock -d cifar10 -j 4"
                + " --epochs 333 --start-epoch 0 -b 128 --learning-rate 0.1 --schedule 133 200"
                + " --momentum 0.9 --wd 1e-4 -p 20 --lr_decay_step 50 --lr_decay_gamma 0.1"
                + " --s_no 1 --lambda_mem 0.5 --scratch 1 --gate_iters 1"
                + " --learning-rate_gate 0.01 --schedule_gate 0");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(training.config()).isEqualTo(RunConfig.defaults());
  }

  static Stream<Arguments> spellings() {
    return Stream.of(
        Arguments.of("-d cifar100", Map.of("dataset", "cifar100")),
        Arguments.of("-a resnet", Map.of("arch", "resnet")),
        Arguments.of("--gate none -a resnet", Map.of("gate", "none")),
        Arguments.of("--block-name Bottleneck", Map.of("block", "bottleneck")),
        Arguments.of("--block bottleneck", Map.of("block", "bottleneck")),
        Arguments.of("--train-batch 64", Map.of("batch-size", "64")),
        Arguments.of("--weight-decay 5e-4", Map.of("weight-decay", "5e-4")),
        Arguments.of("--gamma 0.2", Map.of("lr-decay-gamma", "0.2")),
        Arguments.of(
            "--schedule 81 122 --epochs 164", Map.of("schedule", "81,122", "epochs", "164")),
        Arguments.of("--schedule 81,122", Map.of("schedule", "81,122")),
        Arguments.of("--schedule=81 122", Map.of("schedule", "81,122")),
        Arguments.of("--schedule none", Map.of("schedule", "none")),
        Arguments.of("--schedule_gate 1", Map.of("schedule-gate", "step")),
        Arguments.of("--schedule-gate step", Map.of("schedule-gate", "step")),
        Arguments.of("--gate_iters=3", Map.of("gate-iters", "3")),
        Arguments.of("--lambda_mem 0.3", Map.of("lambda-mem", "0.3")),
        Arguments.of("--scratch 0", Map.of("init", "baseline")),
        Arguments.of("--scratch 1", Map.of("init", "scratch")),
        Arguments.of("--s_no 3", Map.of("seed", "3")),
        Arguments.of("--manualSeed 7", Map.of("seed", "7")),
        Arguments.of("--save-dir elsewhere", Map.of("runs-dir", "elsewhere")),
        Arguments.of(
            "--checkpoint checkpoints/cifar10/resnet-110",
            Map.of("runs-dir", "checkpoints/cifar10", "name", "resnet-110")),
        Arguments.of("-c here", Map.of("runs-dir", ".", "name", "here")),
        Arguments.of("--cpu", Map.of("device", "cpu")),
        Arguments.of("--lr 0.2 --learning-rate 0.2", Map.of("lr", "0.2")));
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void publishedSpellingsSetKeys(String line, Map<String, String> values) {
    CommandRun run = train(line);
    assertThat(run.err()).isEmpty();
    assertThat(training.config()).isEqualTo(RunConfig.defaults().with(values));
  }

  @ParameterizedTest
  @CsvSource({
    "-j 4, --workers has no effect: images load on a thread of their own",
    "--gpu-id 0, --gpu-id has no effect: it computes on the processor",
    "--print-freq 5, --print-freq has no effect",
    "--lr_decay_step 50, --lr_decay_step has no effect",
    "--test-batch 100, --test-batch has no effect",
    "--widen-factor 4, --widen-factor has no effect",
    "--drop 0, --drop has no effect",
    "--start-epoch 0, --start-epoch has no effect",
  })
  void logsHarmlessOptions(String line, String note) {
    try (LogCapture log = new LogCapture()) {
      assertThat(train(line).exitCode()).isZero();
      assertThat(log.messages()).anySatisfy(message -> assertThat(message).startsWith(note));
    }
    assertThat(training.config()).isEqualTo(RunConfig.defaults());
  }

  @ParameterizedTest
  @CsvSource({
    "--pretrained, '--pretrained: start from a trained network with --init baseline:PATH'",
    "--start-epoch 5, --start-epoch 5: continue a run with --resume RUN",
    "--drop 0.3, --drop 0.3: there is no dropout in these networks",
    "--scratch 2, --scratch 2: 1 starts from scratch and 0 from a baseline",
    "-a resnet20, '--arch: must be one of resnet, preresnet, resnet18, resnet34, resnet50,"
        + " resnet101, resnet152, wide_resnet50_2, wide_resnet101_2, found ''resnet20'''",
  })
  void rejectsOptionsThatWouldChangeTheResult(String line, String says) {
    CommandRun run = train(line);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).isEqualTo("softgate: " + says + System.lineSeparator());
    assertThat(training.requests).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "--lr_gate 0.01, true",
    "--lr-gate 0.01, false",
    "-j 4, false",
    "--preset c10-resnet110-it1 --lr_gate 0.01, false"
  })
  void publishedNamesSelectThePublishedConfiguration(String line, boolean recalls) {
    try (LogCapture log = new LogCapture()) {
      train(line);
      assertThat(log.messages().stream().anyMatch(text -> text.contains("--preset c10-resnet110")))
          .isEqualTo(recalls);
    }
  }

  @Test
  void publishedSpellingsDoNotCollide() {
    List<String> names = SeedOptions.all().stream().flatMap(o -> o.names().stream()).toList();
    assertThat(names).doesNotHaveDuplicates();
  }

  @Test
  void areNotInTheHelp() {
    assertThat(train("--help").out()).contains("--lr-gate").doesNotContain("--lr_gate", "--s_no");
  }

  @ParameterizedTest
  @CsvSource({
    "--depth 164 --block-name Bottleneck -d cifar100, vc100_resgc164_4770_scratch_x",
    "--gate none, vc10_res110_4770_scratch_x",
    "--schedule 91 136, vc10_resgc110_3248_scratch_x",
    "--schedule none, vc10_resgc110_const_scratch_x",
    "--dataset synthetic --val-fraction 0, synthetic_resgc110_5278_scratch_x",
    "--dataset folder:/some/where, vfolder_resgc110_4770_scratch_x",
  })
  void nameSuffixMakesThePublishedName(String line, String name) {
    train(line + " --mod_name_suffix x");
    assertThat(training.config().execution().name()).isEqualTo(name);
  }

  @Test
  void nameOverridesTheSuffix() {
    train("--name mine --mod_name_suffix x");
    assertThat(training.config().execution().name()).isEqualTo("mine");
  }
}
