package dev.softgate.config;

import dev.softgate.Range;
import dev.softgate.data.Augmentation;
import dev.softgate.data.Augmenter;
import dev.softgate.data.ColorJitter;
import dev.softgate.data.CropFill;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Decoding;
import dev.softgate.data.Flipping;
import dev.softgate.data.Fold;
import dev.softgate.data.Limits;
import dev.softgate.data.Resize;
import dev.softgate.data.SplitKind;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which images a run trains on and how they are prepared. */
public record DataConfig(
    @Setting(
            help = "cifar10, cifar100, synthetic, folder:DIR, idx:DIR or list:FILE.csv",
            value = "cifar10",
            form = Form.DATASET,
            published = "-d")
        String dataset,
    @Setting(
            help = "Where the data set is, or is downloaded to",
            label = "DIR",
            value = "data",
            affects = Affects.INPUT)
        Path dataDir,
    @Setting(
            help =
                "Download the archive from here; a file: URL works too; none for its usual "
                    + "address",
            form = Form.ADDRESS,
            affects = Affects.INPUT)
        @Nullable URI dataUrl,
    @Setting(
            help =
                "Pixels a side: N, WxH, own (the images must have one size), or auto, which is"
                    + " their own size up to 64, else 32 or 64, as fits most",
            label = "N",
            value = Decoding.AUTO,
            form = Form.IMAGE_SIZE,
            earlier = Decoding.OWN)
        String imageSize,
    @Setting(
            help =
                "Images of other proportions: crop (cut off what protrudes), pad (add black"
                    + " margins), reflect (margins that mirror the image), squash (stretch), or"
                    + " views (reflect and squash, for score --dataset alone)",
            value = "crop",
            earlier = "squash")
        Resize resize,
    @Setting(
            help = "Leave out image files that cannot be read",
            value = "false",
            earlier = "false",
            affects = Affects.INPUT)
        boolean skipBad,
    @Setting(
            help =
                "Keep decoded pixels in this folder; auto: the user's cache folder; none. Beyond 20"
                    + " GB, the images used longest ago leave it",
            label = "DIR",
            value = Decoding.AUTO,
            earlier = Decoding.AUTO,
            affects = Affects.INPUT)
        String cacheDir,
    @Setting(
            help =
                "Labels of the images: a CSV file of index,given or file,given, by class name or"
                    + " id; an image that is not listed keeps its label, an empty given leaves it"
                    + " out; a column clean is for analysis alone; none for those of the data set",
            earlier = "none",
            affects = Affects.INPUT)
        @Nullable Path labels,
    @Setting(
            help =
                "Leave out this share of the training images: those whose labels score lowest; "
                    + "none to keep all",
            earlier = "none")
        @Range(from = 0, to = 1, below = true)
        @Nullable Double dropSuspects,
    @Setting(
            help = "The scores for {drop-suspects}: a scores.csv of softgate score; none without",
            earlier = "none",
            affects = Affects.INPUT)
        @Nullable Path scores,
    @Setting(
            help = "The column of {scores}",
            value = DataConfig.AUM,
            earlier = DataConfig.CONSENSUS)
        String score,
    @Setting(
            help =
                "Validation images: auto, given (by the set, as in DIR/val), reference (the "
                    + "published split) or seeded",
            value = "auto")
        SplitKind split,
    @Setting(help = "Part of the training images held out for validation", value = "0.1")
        @Range(from = 0, to = 1, below = true)
        double valFraction,
    @Setting(help = "Train on N images at most; others of a folder are not read; none for all")
        @Range(from = 1)
        @Nullable Integer limitTrain,
    @Setting(
            help =
                "Validate on N images at most; auto: in the same proportion as {limit-train}; all",
            label = "N",
            value = Limits.AUTO,
            form = Form.VALIDATION_LIMIT,
            earlier = Limits.ALL)
        String limitVal,
    @Setting(help = "Test on N images at most; none for all") @Range(from = 1)
        @Nullable Integer limitTest,
    @Setting(
            help =
                "Seed of the choice of images by limits and by a seeded split, and of synthetic"
                    + " images; none for {seed}",
            earlier = "none")
        @Nullable Long dataSeed,
    @Setting(
            help =
                "Train without the k-th of K parts of the images to train on; none for all of "
                    + "them",
            label = "k/K",
            form = Form.FOLD,
            earlier = "none")
        @Nullable String fold,
    @Setting(
            help = "label: each part has as many images of each class; chance: at random",
            value = "label",
            earlier = "chance")
        Fold.By foldBy,
    @Setting(help = "How training images vary: {choices}", value = "crop-flip")
        Augmentation augment,
    @Setting(
            help = "{augment} resized-crop: the least share of an image's area that is shown",
            value = "" + Augmenter.Crop.AREA,
            earlier = "" + Augmenter.Crop.AREA)
        @Range(from = 0, to = 1, above = true)
        double cropArea,
    @Setting(
            help = "{augment} resized-crop: the largest ratio of its longer to its shorter side",
            value = "" + Augmenter.Crop.RATIO,
            earlier = "" + Augmenter.Crop.RATIO)
        @Range(from = 1, to = 10)
        double cropRatio,
    @Setting(
            help = "{augment} crop-flip: the most pixels that an image is shifted on each axis",
            value = "" + Augmenter.Crop.SHIFT,
            earlier = "" + Augmenter.Crop.SHIFT)
        @Range(from = 0, to = Augmenter.Crop.MOST_SHIFT)
        int cropShift,
    @Setting(
            help = "{augment} crop-flip: what a shifted image shows beyond its edge: {choices}",
            value = "black",
            earlier = "black")
        CropFill cropFill,
    @Setting(
            help =
                "Which images are mirrored: random, each with probability one half; or"
                    + " alternating, a random half in the first epoch, the other half in the next",
            value = "random",
            earlier = "random")
        Flipping flip,
    @Setting(
            help =
                "Change brightness, contrast, saturation and hue at random, by at most these"
                    + " parts, such as 0.4,0.4,0.4,0.1; none for the colors as they are",
            label = "B,C,S,H",
            form = Form.COLOR_JITTER,
            earlier = "none")
        @Nullable String colorJitter,
    @Setting(
            help = "Blank a square of N pixels a side, anywhere in each training image; 0 for none",
            value = "0",
            earlier = "0")
        @Range(from = 0, to = 1024)
        int cutOut,
    @Setting(
            help =
                "Mix each training image with another, and their labels, by shares of the"
                    + " distribution Beta(A, A), such as 0.2; 0 for whole images",
            label = "A",
            value = "0.0",
            earlier = "0.0")
        @Range(from = 0, to = 100)
        double mixup,
    @Setting(
            help =
                "Pixel mean and deviation: published, measured on the training images, or "
                    + "R,G,B/R,G,B",
            label = "KIND",
            value = "published",
            form = Form.NORMALIZATION)
        String normalization) {

  /** The area under the margin, which ranks labels by default (decision 0032). */
  public static final String AUM = "aum";

  /** The score that is made of others. */
  public static final String CONSENSUS = "consensus";

  /** Whether the train images of a run are divided, so that some validate; of a run's own file. */
  public boolean holdsOut() {
    return split == SplitKind.GIVEN || valFraction > 0;
  }

  /** Whether folds have as many images of each class as one another. */
  public boolean stratified() {
    return fold != null && foldBy == Fold.By.LABEL;
  }

  /**
   * The seed of the choice of images.
   *
   * @param seed the run's, which is the choice's unless that has its own
   */
  public long seed(long seed) {
    return dataSeed == null ? seed : dataSeed;
  }

  /**
   * How the images are divided, and how much of them is looked at.
   *
   * @param seed the run's
   */
  public Limits limits(long seed) {
    return new Limits(split, valFraction, limitTrain, limitVal, limitTest, seed(seed));
  }

  /**
   * What to load: of a folder only the images that a run of this configuration looks at.
   *
   * @param seed the run's
   */
  public DatasetRequest request(long seed) {
    return new DatasetRequest(
        dataset, dataDir, dataUrl, seed(seed), limits(seed).forReading(dataset), decoding());
  }

  /** How training images vary. */
  public Augmenter augmenter() {
    return new Augmenter(
        augment,
        new Augmenter.Crop(cropArea, cropRatio, cropShift, cropFill),
        flip,
        colorJitter == null ? null : ColorJitter.parse(colorJitter),
        cutOut,
        mixup);
  }

  /** How image files become images of one size. */
  public Decoding decoding() {
    return new Decoding(imageSize, resize, skipBad, cacheDir, Decoding.DEFAULT.threads());
  }
}
