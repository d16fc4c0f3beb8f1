package dev.softgate.config;

import dev.softgate.Range;
import dev.softgate.model.Freezing;
import dev.softgate.model.StemInit;
import dev.softgate.model.UnitsInit;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How the weights start and move: one optimizer for the backbone and one for the gate. */
public record OptimizationConfig(
    @Setting(help = "Passes over the training images", value = "333")
        @Range(from = 1, to = 1_000_000)
        int epochs,
    @Setting(
            help = "Images per step",
            value = "128",
            published = {"-b", "--train-batch"})
        @Range(from = 1, to = 65_536)
        int batchSize,
    @Setting(
            help = "Learning rate of the backbone",
            label = "RATE",
            value = "0.1",
            published = "--learning-rate")
        @Range(from = 0, above = true)
        double lr,
    @Setting(
            help =
                "How gradients move the weights, the gate's too: sgd, with {momentum}; or adamw,"
                    + " whose weight decay is apart from the gradient",
            value = "sgd",
            earlier = "sgd")
        OptimizerKind optimizer,
    @Setting(help = "Momentum of {optimizer} sgd", value = "0.9")
        @Range(from = 0, to = 1, below = true)
        double momentum,
    @Setting(
            help =
                "Let {optimizer} sgd move the weights by the velocity after the next step, as"
                    + " Nesterov does",
            value = "false",
            earlier = "false")
        boolean nesterov,
    @Setting(help = "Weight decay of both optimizers", value = "1e-4", published = "--wd")
        @Range(from = 0, to = 1, below = true)
        double weightDecay,
    @Setting(
            help = "Weight decay of the norms' scales and shifts; none for {weight-decay}",
            label = "X",
            earlier = "none")
        @Range(from = 0, to = 1, below = true)
        @Nullable Double normWeightDecay,
    @Setting(
            help = "Factor of the learning rate of the norms' scales and shifts",
            label = "FACTOR",
            value = "1.0",
            earlier = "1.0")
        @Range(from = 0, to = 1000, above = true)
        double lrNorms,
    @Setting(
            help =
                "Lower the learning rate at these epochs, counted from 0; cosine: let it fall to"
                    + " {lr-min} over the epochs after the warm-up; linear: let it rise over the"
                    + " warm-up and fall to {lr-min}, with every step; none for never",
            label = "EPOCH",
            value = "133,200",
            form = Form.INCREASING,
            arity = "1..*")
        RateSchedule schedule,
    @Setting(
            help = "Factor of each lowering",
            value = "0.1",
            published = {"--lr_decay_gamma", "--gamma"})
        @Range(from = 0, to = 1, above = true)
        double lrDecayGamma,
    @Setting(
            help =
                "The learning rate that {schedule} cosine or linear ends at, and the gate's cosine",
            label = "RATE",
            value = "0.0",
            earlier = "0.0")
        @Range(from = 0)
        double lrMin,
    @Setting(
            help = "Number of first epochs at {warm-up-lr}; with {schedule} linear also a fraction",
            label = "EPOCHS",
            value = "0")
        @Range(from = 0, to = 1_000_000)
        double warmUpEpochs,
    @Setting(
            help = "Learning rate of the warm-up; with {schedule} linear its first",
            label = "RATE",
            value = "0.01")
        @Range(from = 0, above = true)
        double warmUpLr,
    @Setting(
            help = "Learning rate of a gate classifier; other gates have the backbone's",
            label = "RATE",
            value = "0.01",
            ofGate = true,
            published = {"--lr_gate", "--learning-rate_gate"})
        @Range(from = 0, above = true)
        double lrGate,
    @Setting(
            help =
                "The gate's learning rate: constant; step: a tenth every 50 epochs; or cosine, to"
                    + " {lr-min} over all epochs",
            value = "constant",
            ofGate = true,
            published = "--schedule_gate")
        GateSchedule scheduleGate,
    @Setting(
            help = "The backbone steps on every N-th batch, the gate on each",
            value = "1",
            ofGate = true,
            published = "--gate_iters")
        @Range(from = 1, to = 1_000_000)
        int gateIters,
    @Setting(
            help = "Weight of the gate's penalty in the loss",
            value = "0.5",
            ofGate = true,
            published = "--lambda_mem")
        @Range(from = 0)
        double lambdaMem,
    @Setting(
            help =
                "Epochs at the start with the owned channels of {gate} memory off, so that only "
                    + "the general channels learn",
            value = "0",
            earlier = "0",
            ofGate = true)
        @Range(from = 0, to = 1_000_000)
        int memoryOffEpochs,
    @Setting(
            help =
                "Share of each label that the backbone's loss spreads over all classes; the gate's"
                    + " own loss and the reported ones have whole labels",
            value = "0.0",
            earlier = "0.0")
        @Range(from = 0, to = 1, below = true)
        double labelSmoothing,
    @Setting(
            help =
                "Evaluate and save an exponential moving average of the weights, of which a step"
                    + " keeps this share, such as 0.999; none for the weights of the last step",
            label = "D",
            earlier = "none")
        @Range(from = 0, to = 1, above = true, below = true)
        @Nullable Double ema,
    @Setting(
            help =
                "Normalize the batches of all processes that train together, not each process's"
                    + " own",
            value = "false",
            earlier = "false")
        boolean syncBn,
    @Setting(
            help =
                "What the weights start from: scratch; baseline:PATH, a trained plain network, or"
                    + " this one with its gates; features:PATH, one of other classes; or baseline,"
                    + " the newest matching plain run",
            label = "FROM",
            value = "scratch",
            form = Form.START)
        String init,
    @Setting(
            help =
                "What the units of a network from scratch start from: drawn weights; zero, each"
                    + " unit as its shortcut; or identity, convolutions that pass their input on",
            label = "KIND",
            value = "drawn",
            earlier = "drawn")
        UnitsInit unitsInit,
    @Setting(
            help =
                "What the first convolution of a network from scratch starts from: drawn weights;"
                    + " or whitened, the principal directions of patches of training images",
            label = "KIND",
            value = "drawn",
            earlier = "drawn")
        StemInit stemInit,
    @Setting(
            help =
                "Start and train the classification as if its logits were multiplied by this, as"
                    + " 0.11 in fast trainings",
            label = "FACTOR",
            value = "1.0",
            earlier = "1.0")
        @Range(from = 0, to = 1000, above = true)
        double logitScale,
    @Setting(
            help =
                "Factor of the learning rate of what {init} took from a trained network; gates"
                    + " have the full rate",
            value = "1.0",
            earlier = "1.0")
        @Range(from = 0, to = 1, above = true)
        double lrImported,
    @Setting(
            help =
                "Leave the layers from the stem to here as they are, their norms in evaluation"
                    + " mode: stem, stage1, stage2, and so on; none to train all",
            label = "PART",
            form = Form.PART,
            earlier = "none")
        @Nullable String freezeUntil,
    @Setting(
            help = "Seed of initialization, order, augmentation and a seeded split",
            value = "1",
            published = {"--s_no", "--manualSeed"})
        long seed) {

  private static final String BASELINE = "baseline:";
  private static final String FEATURES = "features:"; // all but the classification

  /** The gate's learning rate over the training. */
  public RateSpan gateRates() {
    return new RateSpan(lrGate, lrMin, epochs);
  }

  /** What {@link #init} is for the weights of a trained network. */
  public static String baseline(Path runOrCheckpoint) {
    return BASELINE + runOrCheckpoint;
  }

  /** The run or checkpoint that {@link #init} names; null where it names none. */
  public @Nullable Path trainedNetwork() {
    boolean named = init.startsWith(BASELINE) || takesFeatures();
    return named ? Path.of(init.substring(init.indexOf(':') + 1)) : null;
  }

  /** Which layers stay as they are. */
  public Freezing freezing() {
    return Freezing.parse(freezeUntil);
  }

  /** What the steps of a drawn classification are multiplied by, for {@link #logitScale}. */
  public double classificationRate() {
    return switch (optimizer) {
      case SGD -> logitScale * logitScale; // the gradient has one factor, the weight the other
      case ADAMW -> logitScale; // whatever the gradient's size
    };
  }

  /** Whether the classification starts from that of a trained network. */
  public boolean takesClassification() {
    return trainedNetwork() != null && !takesFeatures();
  }

  /** Whether the weights start from all but the classification of a trained network. */
  public boolean takesFeatures() {
    return init.startsWith(FEATURES);
  }
}
