package dev.softgate.data;

import dev.softgate.BadInputException;

/** Loads data sets by name: the way into this package. */
public final class Datasets {

  private static final String KNOWN = "cifar10, cifar100, synthetic, folder:DIR";

  private Datasets() {}

  /**
   * Loads a data set into memory, downloading it first if it is CIFAR and not there.
   *
   * @throws BadInputException if the name is not known, or the data are missing or unusable
   */
  public static Dataset load(DatasetRequest request, DownloadListener listener) {
    String name = request.dataset();
    return switch (name) {
      case "cifar10" -> cifar(CifarFormat.CIFAR10, request);
      case "cifar100" -> cifar(CifarFormat.CIFAR100, request);
      default ->
          throw new BadInputException(
              "--dataset %s is not known: use one of %s".formatted(OneLine.of(name), KNOWN));
    };
  }

  private static Dataset cifar(CifarFormat format, DatasetRequest request) {
    CifarLocation location = CifarLocation.find(format, request.dataDir());
    if (location == null) {
      throw new BadInputException("no data in " + request.dataDir());
    }
    return location.archive()
        ? CifarArchive.read(format, location.path(), OneLine.of(location.path()))
        : CifarFolder.read(format, location.path());
  }
}
