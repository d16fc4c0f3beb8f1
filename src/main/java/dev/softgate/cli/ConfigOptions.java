package dev.softgate.cli;

import dev.softgate.config.RunConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/**
 * The options that set a key of the {@link RunConfig}. An option's first name is its key after two
 * hyphens; {@link ConfigResolution} hands its text to the configuration, which knows types, ranges
 * and defaults. So an option is declared here and nowhere else.
 */
final class ConfigOptions {

  @ArgGroup(validate = false, heading = "%nData%n")
  @Nullable DataOptions dataOptions;

  @ArgGroup(validate = false, heading = "%nNetwork%n")
  @Nullable ModelOptions modelOptions;

  @ArgGroup(validate = false, heading = "%nOptimization%n")
  @Nullable OptimizationOptions optimizationOptions;

  @ArgGroup(validate = false, heading = "%nSkipping%n")
  @Nullable SkippingOptions skippingOptions;

  @ArgGroup(validate = false, heading = "%nExecution%n")
  @Nullable ExecutionOptions executionOptions;

  /** Keys of the section data. */
  static final class DataOptions {
    @Option(
        names = "--dataset",
        paramLabel = "NAME",
        description = "cifar10, cifar100, synthetic or folder:DIR (${DEFAULT-VALUE})")
    @Nullable String dataset;

    @Option(
        names = "--data-dir",
        paramLabel = "DIR",
        description = "Where the data set is, or is downloaded to (${DEFAULT-VALUE})")
    @Nullable String dataDir;

    @Option(
        names = "--data-url",
        paramLabel = "URL",
        description =
            "Download the archive from here; a file: URL works too; none for where it usually is")
    @Nullable String dataUrl;

    @Option(
        names = "--labels",
        paramLabel = "FILE",
        description =
            "Train and validate on the labels of this file: index,given and, for analysis alone,"
                + " clean; none for those of the data set")
    @Nullable String labels;

    @Option(
        names = "--drop-suspects",
        paramLabel = "P",
        description =
            "Leave out this share of the training images: the labels that score lowest; none for"
                + " all in")
    @Nullable String dropSuspects;

    @Option(
        names = "--scores",
        paramLabel = "FILE",
        description = "The scores of --drop-suspects: a scores.csv of softgate score; none without")
    @Nullable String scores;

    @Option(
        names = "--score",
        paramLabel = "NAME",
        description = "The column of --scores (${DEFAULT-VALUE})")
    @Nullable String score;

    @Option(
        names = "--split",
        paramLabel = "KIND",
        description =
            "Validation images: auto, reference (the published split) or seeded (${DEFAULT-VALUE})")
    @Nullable String split;

    @Option(
        names = "--val-fraction",
        paramLabel = "P",
        description = "Part of the training images held out for validation (${DEFAULT-VALUE})")
    @Nullable String valFraction;

    @Option(
        names = "--limit-train",
        paramLabel = "N",
        description =
            "Train on N images at most; others of a folder are not read; none" + " for all")
    @Nullable String limitTrain;

    @Option(
        names = "--limit-val",
        paramLabel = "N",
        description =
            "Validate on N images at most; auto: as large a part of those held out as --limit-train"
                + " leaves of the others; all (${DEFAULT-VALUE})")
    @Nullable String limitVal;

    @Option(
        names = "--limit-test",
        paramLabel = "N",
        description = "Test on N images at most; none for all")
    @Nullable String limitTest;

    @Option(
        names = "--fold",
        paramLabel = "k/K",
        description = "Train without the k-th of K parts of the images to train on; none with all")
    @Nullable String fold;

    @Option(
        names = "--fold-by",
        paramLabel = "KIND",
        description =
            "label: each part has as many images of each class; chance: as they come"
                + " (${DEFAULT-VALUE})")
    @Nullable String foldBy;

    @Option(
        names = "--augment",
        paramLabel = "KIND",
        description = "crop-flip, flip or none (${DEFAULT-VALUE})")
    @Nullable String augment;

    @Option(
        names = "--normalization",
        paramLabel = "KIND",
        description =
            "Pixel mean and deviation: published, measured on the training images, or"
                + " R,G,B/R,G,B (${DEFAULT-VALUE})")
    @Nullable String normalization;
  }

  /** Keys of the section model. */
  static final class ModelOptions {
    @Option(
        names = "--arch",
        paramLabel = "NAME",
        description = "resnet, preresnet or resnet34 (${DEFAULT-VALUE})")
    @Nullable String arch;

    @Option(
        names = "--depth",
        paramLabel = "N",
        description =
            "Layers: 6n+2 with basic blocks, 9n+2 with bottlenecks, 34 (${DEFAULT-VALUE})")
    @Nullable String depth;

    @Option(
        names = "--block",
        paramLabel = "KIND",
        description = "basic or bottleneck (${DEFAULT-VALUE})")
    @Nullable String block;

    @Option(
        names = "--shortcut",
        paramLabel = "KIND",
        description =
            "Where the width changes: projection, or without parameters pad (every second pixel,"
                + " zeros on both sides), pad-end (2x2 averages, zeros at the end) or subsample-end"
                + " (every second pixel, zeros at the end) (${DEFAULT-VALUE})")
    @Nullable String shortcut;

    @Option(
        names = "--bottleneck-stride",
        paramLabel = "KERNEL",
        description = "Which convolution of a bottleneck strides: 3x3 or 1x1 (${DEFAULT-VALUE})")
    @Nullable String bottleneckStride;

    @Option(
        names = "--gate",
        paramLabel = "KIND",
        description =
            "On a stage: classifier, entropy, sigmoid or two-way; in units: exclusive or shortcut;"
                + " on channels: memory; none for the plain baseline (${DEFAULT-VALUE})")
    @Nullable String gate;

    @Option(
        names = "--gate-at",
        paramLabel = "STAGE",
        split = ",",
        description =
            "The stages that have the gate, such as 2,3 (3; for gates in units all, for memory all"
                + " but the first); none for these")
    @Nullable List<String> gateAt;

    @Option(
        names = "--gate-after",
        paramLabel = "UNITS",
        split = ",",
        description =
            "How many units of a stage come before the gate on it: one number, or one for each"
                + " stage of --gate-at, such as 3,1 (1); none for one")
    @Nullable List<String> gateAfter;

    @Option(
        names = "--gate-tap",
        paramLabel = "PLACE",
        description =
            "The gate looks at the entry or the exit of the additional layers (${DEFAULT-VALUE})")
    @Nullable String gateTap;

    @Option(
        names = "--gate-calibration",
        paramLabel = "KIND",
        description =
            "From entropy to g: normalised, published, unscaled or raw (${DEFAULT-VALUE})")
    @Nullable String gateCalibration;

    @Option(
        names = "--gate-penalty",
        paramLabel = "KIND",
        description =
            "What presses on the gate: none, l2, cross-entropy or binary-cross-entropy (none)")
    @Nullable String gatePenalty;

    @Option(
        names = "--gate-kernel",
        paramLabel = "KIND",
        description = "Of a gate in a unit: 1x1-element, 1x1-tube or 3x3-tube (${DEFAULT-VALUE})")
    @Nullable String gateKernel;

    @Option(
        names = "--gate-bias",
        paramLabel = "B",
        description = "From where the bias of gates in units starts (${DEFAULT-VALUE})")
    @Nullable String gateBias;

    @Option(
        names = "--gate-mix",
        paramLabel = "KIND",
        description =
            "What a gate on a stage makes of g: soft, a weight, or hard, a decision"
                + " (${DEFAULT-VALUE}; hard with --target-skip)")
    @Nullable String gateMix;

    @Option(
        names = "--memory-share",
        paramLabel = "P",
        description = "Of the channels under --gate memory, what is general (${DEFAULT-VALUE})")
    @Nullable String memoryShare;

    @Option(
        names = "--memory-density",
        paramLabel = "P",
        description = "Of the others, what a training image owns (${DEFAULT-VALUE})")
    @Nullable String memoryDensity;

    @Option(
        names = "--widths",
        paramLabel = "C",
        split = ",",
        description =
            "Channels of each stage, inside its units and out of them, such as 32,64,128; the stem"
                + " has the first (the architecture's); none for these")
    @Nullable List<String> widths;

    @Option(
        names = "--inner-widths",
        paramLabel = "C",
        split = ",",
        description =
            "Channels inside each stage's units alone, and of the stem, as softgate extract leaves"
                + " them (those of --widths; a quarter in bottlenecks); none for those")
    @Nullable List<String> innerWidths;
  }

  /** Keys of the section optimization. */
  static final class OptimizationOptions {
    @Option(
        names = "--epochs",
        paramLabel = "N",
        description = "Passes over the training images (${DEFAULT-VALUE})")
    @Nullable String epochs;

    @Option(
        names = "--batch-size",
        paramLabel = "N",
        description = "Images a step (${DEFAULT-VALUE})")
    @Nullable String batchSize;

    @Option(
        names = "--lr",
        paramLabel = "RATE",
        description = "Learning rate of the backbone (${DEFAULT-VALUE})")
    @Nullable String lr;

    @Option(
        names = "--momentum",
        paramLabel = "P",
        description = "Momentum of both optimisers (${DEFAULT-VALUE})")
    @Nullable String momentum;

    @Option(
        names = "--weight-decay",
        paramLabel = "P",
        description = "Weight decay of both optimisers (${DEFAULT-VALUE})")
    @Nullable String weightDecay;

    @Option(
        names = "--schedule",
        paramLabel = "EPOCH",
        arity = "1..*",
        split = ",",
        description =
            "Lower the learning rate at these epochs, counted from 0; none for never"
                + " (${DEFAULT-VALUE})")
    @Nullable List<String> schedule;

    @Option(
        names = "--lr-decay-gamma",
        paramLabel = "P",
        description = "Factor of each lowering (${DEFAULT-VALUE})")
    @Nullable String lrDecayGamma;

    @Option(
        names = "--warm-up-epochs",
        paramLabel = "N",
        description = "First epochs at the warm-up rate (${DEFAULT-VALUE})")
    @Nullable String warmUpEpochs;

    @Option(
        names = "--warm-up-lr",
        paramLabel = "RATE",
        description = "Learning rate of the warm-up (${DEFAULT-VALUE})")
    @Nullable String warmUpLr;

    @Option(
        names = "--lr-gate",
        paramLabel = "RATE",
        description = "Learning rate of the gate (${DEFAULT-VALUE})")
    @Nullable String lrGate;

    @Option(
        names = "--schedule-gate",
        paramLabel = "KIND",
        description = "constant, or step: a tenth every 50 epochs (${DEFAULT-VALUE})")
    @Nullable String scheduleGate;

    @Option(
        names = "--gate-iters",
        paramLabel = "N",
        description = "The backbone steps on every N-th batch, the gate on each (${DEFAULT-VALUE})")
    @Nullable String gateIters;

    @Option(
        names = "--lambda-mem",
        paramLabel = "P",
        description = "Weight of the gate's penalty in the loss (${DEFAULT-VALUE})")
    @Nullable String lambdaMem;

    @Option(
        names = "--memory-off-epochs",
        paramLabel = "N",
        description =
            "First epochs, in which the memory of a memory gate stays off: the general channels"
                + " learn by themselves (${DEFAULT-VALUE})")
    @Nullable String memoryOffEpochs;

    @Option(
        names = "--label-smoothing",
        paramLabel = "P",
        description =
            "What of each label is spread over all classes in the loss (${DEFAULT-VALUE})")
    @Nullable String labelSmoothing;

    @Option(
        names = "--init",
        paramLabel = "FROM",
        description =
            "From where: scratch; baseline:PATH, a trained plain network, or this one with its"
                + " gates; features:PATH, one of other classes; or baseline, the newest matching"
                + " plain run (${DEFAULT-VALUE})")
    @Nullable String init;

    @Option(
        names = "--seed",
        paramLabel = "N",
        description =
            "Of initialisation, order, augmentation and a seeded split (${DEFAULT-VALUE})")
    @Nullable String seed;
  }

  /** Keys of the section skipping. */
  static final class SkippingOptions {
    @Option(
        names = "--target-skip",
        paramLabel = "SHARE",
        split = ",",
        description =
            "Share of the images that is to skip, one for all gates or one for each; hard gates"
                + " without it, or with none, learn to work at any threshold")
    @Nullable List<String> targetSkip;

    @Option(
        names = "--anneal-epochs",
        paramLabel = "N",
        description =
            "First epochs, over which the share that skips rises from 0 (${DEFAULT-VALUE})")
    @Nullable String annealEpochs;

    @Option(
        names = "--skip-loss",
        paramLabel = "W",
        description =
            "Learn from what the network would say if all images skipped at the last gate too; its"
                + " weight beside the other loss (${DEFAULT-VALUE}); hard gates only")
    @Nullable String skipLoss;

    @Option(
        names = "--distill",
        paramLabel = "RUN",
        description =
            "Learn from this network's answers too, such as the one of --init; none for labels"
                + " alone")
    @Nullable String distill;

    @Option(
        names = "--distill-weight",
        paramLabel = "P",
        description = "Of those answers; the rest is of the labels (${DEFAULT-VALUE})")
    @Nullable String distillWeight;

    @Option(
        names = "--distill-temperature",
        paramLabel = "T",
        description = "Divides the logits of both (${DEFAULT-VALUE})")
    @Nullable String distillTemperature;
  }

  /** Keys of the section execution. */
  static final class ExecutionOptions {
    @Option(
        names = "--engine",
        paramLabel = "NAME",
        description = "auto, libtorch or onednn (${DEFAULT-VALUE})")
    @Nullable String engine;

    @Option(
        names = "--precision",
        paramLabel = "KIND",
        description = "auto, fp32 or bf16 (${DEFAULT-VALUE})")
    @Nullable String precision;

    @Option(
        names = "--threads",
        paramLabel = "N",
        description = "Of the computation; 0 for all cores (${DEFAULT-VALUE})")
    @Nullable String threads;

    @Option(
        names = "--canvas",
        paramLabel = "LAYOUT",
        description =
            "Images side by side where onednn computes the gradients of weights: auto, the fastest"
                + " here; none; or by width (${DEFAULT-VALUE}), such as 8=8, up to 8 images of maps"
                + " up to 8 pixels wide")
    @Nullable String canvas;

    @Option(names = "--device", paramLabel = "NAME", description = "cpu (${DEFAULT-VALUE})")
    @Nullable String device;

    @Option(
        names = "--runs-dir",
        paramLabel = "DIR",
        description = "The folder of the run folders (${DEFAULT-VALUE})")
    @Nullable String runsDir;

    @Option(
        names = "--name",
        paramLabel = "NAME",
        description = "Name of the run's folder; made from the configuration where absent")
    @Nullable String name;

    @Option(
        names = "--test-every",
        paramLabel = "N",
        description = "Test after every N-th epoch; 0 for only at the end (${DEFAULT-VALUE})")
    @Nullable String testEvery;

    @Option(
        names = "--checkpoint-minutes",
        paramLabel = "T",
        description =
            "Minutes between checkpoints within an epoch; decimals allowed (${DEFAULT-VALUE})")
    @Nullable String checkpointMinutes;

    @Option(
        names = "--keep-every",
        paramLabel = "N",
        description =
            "Keep the network after every N-th epoch, and that before the first; 0 for none"
                + " (${DEFAULT-VALUE})")
    @Nullable String keepEvery;

    @Option(
        names = "--dynamics",
        paramLabel = "KIND",
        description =
            "Keep loss, margin, g and more of every training image in every epoch: augmented, as it"
                + " was trained on; plain, in one more pass an epoch; or none (${DEFAULT-VALUE})")
    @Nullable String dynamics;

    @Option(
        names = "--time-limit",
        paramLabel = "TIME",
        description = "Stop, resumably, after so long: 90s, 30m, 1h30m; none for no limit")
    @Nullable String timeLimit;
  }
}
