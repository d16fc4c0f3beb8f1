package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.data.decoding.ImageDecoder.Size;
import dev.softgate.interop.OneLine;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Loads data sets by name: the way into this package. */
public final class Datasets {

  private static final String KNOWN =
      "cifar10, cifar100, synthetic, folder:DIR, list:FILE.csv, idx:DIR";

  private static final String IDX = "idx:";

  private Datasets() {}

  /**
   * Loads a data set. CIFAR is downloaded into {@code dataDir} if it is not there.
   *
   * @throws BadInputException if the name is not known, or the data are missing or unusable
   */
  public static Dataset load(DatasetRequest request, DownloadListener listener) {
    String name = request.dataset();
    return ImageListing.isListed(name)
        ? load(trainable(name), request, listener)
        : sized(unlisted(request, listener), request.decoding());
  }

  /**
   * Loads a set whose files are listed already. It may have a single class, and no images to train
   * on.
   *
   * @param request what of it to load; its name does not matter
   * @throws BadInputException if images cannot be read
   */
  public static Dataset load(
      ImageListing listing, DatasetRequest request, DownloadListener listener) {
    return ListedImages.read(listing, request.limits(), request.decoding(), listener);
  }

  private static ImageListing trainable(String name) {
    ImageListing listing = ImageListing.of(name);
    listing.requireTrainable();
    return listing;
  }

  /**
   * Loads some images of a data set. Other image files are not opened; sets without image files are
   * loaded whole.
   *
   * @param positions chooses among the train images and among the test images, by {@link
   *     ImageSet#position}; where it chooses none, neither half has loaded images
   * @throws BadInputException as {@link #load}
   */
  public static Dataset loadSome(
      DatasetRequest request, IntPredicate positions, DownloadListener listener) {
    String name = request.dataset();
    return ImageListing.isListed(name)
        ? ListedImages.read(trainable(name), positions, request.decoding(), listener)
        : load(request, listener);
  }

  private static Dataset unlisted(DatasetRequest request, DownloadListener listener) {
    String name = request.dataset();
    if (name.startsWith(IDX)) {
      try {
        return IdxFiles.read(name, Path.of(name.substring(IDX.length())));
      } catch (InvalidPathException e) {
        throw new BadInputException(
            "{dataset} %s does not name a folder: use idx:DIR".formatted(OneLine.of(name)), e);
      }
    }
    return switch (name) {
      case "cifar10" -> cifar(CifarFormat.CIFAR10, request, listener);
      case "cifar100" -> cifar(CifarFormat.CIFAR100, request, listener);
      case "synthetic" -> SyntheticDataset.generate(request.seed()).dataset();
      default ->
          throw new BadInputException(
              "{dataset} %s is not known: use one of %s".formatted(OneLine.of(name), KNOWN));
    };
  }

  /** Images that are no files keep their size unless another one is required. */
  private static Dataset sized(Dataset loaded, Decoding decoding) {
    Size before = new Size(loaded.height(), loaded.width());
    Size after = decoding.size() == null ? before : decoding.size();
    return after.equals(before)
        ? loaded
        : Dataset.of(
            loaded.name(),
            loaded.classNames(),
            sized(loaded.train(), decoding.resize(), before, after),
            sized(loaded.test(), decoding.resize(), before, after),
            loaded.source(),
            loaded.validation());
  }

  private static ImageSet sized(ImageSet images, Resize resize, Size before, Size after) {
    try (ImageStore store =
        new ImageStore(images.count(), images.count(), after.height(), after.width())) {
      for (int id = 0; id < images.count(); id++) {
        store.add(resize.apply(images.pixels(id), before, after));
      }
      return store.images().labeled(images.labels());
    }
  }

  /** Whether {@link #load} needs no download; BadInputException like {@link #load}. */
  public static boolean isLocal(DatasetRequest request) {
    String name = request.dataset();
    return switch (name) {
      case "cifar10" -> CifarLocation.find(CifarFormat.CIFAR10, request.dataDir()) != null;
      case "cifar100" -> CifarLocation.find(CifarFormat.CIFAR100, request.dataDir()) != null;
      default -> true;
    };
  }

  /** The class names of {@code cifar10} and {@code cifar100}, in the order of the class ids. */
  public static List<String> classNames(String cifar) {
    return switch (cifar) {
      case "cifar10" -> CifarFormat.CIFAR10.classNames();
      case "cifar100" -> CifarFormat.CIFAR100.classNames();
      default -> throw new IllegalArgumentException("no CIFAR set: " + cifar);
    };
  }

  /** How many train images a set has that is known by its name alone; null for other sets. */
  public static @Nullable Integer trainImages(String name) {
    return switch (name) {
      case "cifar10", "cifar100" -> Division.CIFAR_TRAIN_IMAGES;
      case "synthetic" -> SyntheticDataset.TRAIN_COUNT;
      default -> null;
    };
  }

  private static Dataset cifar(
      CifarFormat format, DatasetRequest request, DownloadListener listener) {
    CifarLocation location = CifarLocation.find(format, request.dataDir());
    if (location == null) {
      return download(format, request, listener);
    }
    return location.archive()
        ? CifarArchive.read(format, location.path(), OneLine.of(location.path()))
        : readFolder(format, location.path());
  }

  static Dataset readFolder(CifarFormat format, Path folder) {
    String shownAs = OneLine.of(folder);
    CifarParts parts = new CifarParts(format, shownAs);
    List<String> names = new ArrayList<>(format.rowFiles());
    names.add(format.layout().classNamesFile());
    if (format.rowFiles().stream().noneMatch(file -> Files.exists(folder.resolve(file)))) {
      names = new ArrayList<>(format.rowFiles().stream().map(CifarFormat.Python::file).toList());
      names.add(format.python().classNamesFile());
    }
    for (String name : names) {
      Path file = folder.resolve(name);
      if (!Files.exists(file)) {
        continue; // complete() lists all missing files at once
      }
      if (!Files.isRegularFile(file)) {
        throw new BadInputException(
            OneLine.of(file) + " is not a file; replace it by the file of the data set");
      }
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
        parts.add(name, in, Files.size(file));
      } catch (IOException e) {
        throw new BadInputException(
            "%s cannot be read (%s): check its permissions"
                .formatted(OneLine.of(file), OneLine.of(e)),
            e);
      }
    }
    return parts.complete(shownAs);
  }

  private static Dataset download(
      CifarFormat format, DatasetRequest request, DownloadListener listener) {
    CifarFormat.Official official = format.official();
    DownloadSource source =
        request.dataUrl() == null
            ? new DownloadSource(official.url(), official.sha256())
            : DownloadSource.of(request.dataUrl());
    Path target = request.dataDir().resolve(official.archive());
    return new Download(source, target, Download.MAX_ARCHIVE_BYTES)
        .fetch(listener, archive -> CifarArchive.read(format, archive, OneLine.of(source.uri())));
  }
}
