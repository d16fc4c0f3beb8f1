package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.data.Datasets;
import dev.softgate.data.Decoding;
import dev.softgate.data.Normalization;
import dev.softgate.data.decoding.ImageDecoder.Size;
import dev.softgate.interop.OneLine;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.StemKind;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The images that an imported network is for.
 *
 * @param set what people call the set that such a network is usually trained on
 * @param dataset the set that a run of the network names
 * @param normalization how their pixels are normalized
 * @param size their height and width, in pixels
 * @param classNames in the order of the class ids
 */
record ImportedImages(
    String set, String dataset, Normalization normalization, Size size, List<String> classNames) {

  /**
   * The constants of torchvision's and timm's networks: mean and deviation of ImageNet's images.
   */
  static final String IMAGENET_PIXELS = "0.485,0.456,0.406/0.229,0.224,0.225";

  private static final Normalization IMAGENET = Normalization.parse(IMAGENET_PIXELS);

  private static final Size IMAGENET_SIZE = new Size(224, 224);
  private static final Size CIFAR_SIZE = new Size(32, 32);

  /** The usual images of a network: ImageNet's behind its stem, else those of CIFAR. */
  private static ImportedImages usual(ModelSpec spec) {
    int classes = spec.classes();
    List<String> numbered = IntStream.range(0, classes).mapToObj(k -> "class " + k).toList();
    if (spec.stem() == StemKind.IMAGENET) {
      return new ImportedImages("ImageNet", "folder:imagenet", IMAGENET, IMAGENET_SIZE, numbered);
    }
    String cifar = classes == Datasets.classNames("cifar100").size() ? "cifar100" : "cifar10";
    List<String> names = Datasets.classNames(cifar);
    return new ImportedImages(
        cifar,
        cifar,
        Objects.requireNonNull(Normalization.published(cifar)),
        CIFAR_SIZE,
        names.size() == classes ? names : numbered);
  }

  /**
   * The images as the user describes them, and the usual ones where the user does not.
   *
   * @param assumptions gets a line for what is taken as usual
   * @throws BadInputException if the size is no number, or there is not one name for each class
   */
  static ImportedImages of(ImportRequest request, ModelSpec spec, List<String> assumptions) {
    ImportedImages usual = usual(spec);
    Normalization normalization = request.normalization();
    if (normalization == null) {
      normalization = usual.normalization;
      String[] pixels = normalization.text().split("/", -1);
      assumptions.add(
          "pixels are normalized as published for %s, mean %s, deviation %s (--pixel-mean, --pixel-std)"
              .formatted(usual.set, pixels[0], pixels[1]));
    }
    Size size = usual.size;
    if (request.imageSize() != null) {
      size = size(request.imageSize());
    } else if (spec.stem() == StemKind.IMAGENET) {
      assumptions.add(
          "images have %s pixels a side (--image-size)"
              .formatted(Decoding.imageSize(size.height(), size.width())));
    }
    List<String> names = usual.classNames;
    if (request.classNames() != null) {
      names = ClassNamesFile.read(request.classNames(), spec.classes());
    } else if (request.featuresOnly()) {
      names = usual.classNames.stream().map("untrained "::concat).toList();
    }
    return new ImportedImages(usual.set, usual.dataset, normalization, size, names);
  }

  private static Size size(String text) {
    Size size = Decoding.size(text);
    if (size == null) {
      throw new BadInputException(
          "{image-size} %s: a network that was trained elsewhere needs numbers, such as 224"
              .formatted(OneLine.of(text)));
    }
    return size;
  }

  /** The same with another normalization. */
  ImportedImages normalized(Normalization other) {
    return new ImportedImages(set, dataset, other, size, classNames);
  }

  /** The size as a setting spells it. */
  String imageSize() {
    return Decoding.imageSize(size.height(), size.width());
  }
}
