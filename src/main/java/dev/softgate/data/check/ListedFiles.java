package dev.softgate.data.check;

import dev.softgate.BadInputException;
import dev.softgate.data.Dataset;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Datasets;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.ImageListing;
import dev.softgate.data.ImageListing.Entry;
import dev.softgate.data.decoding.ImageDecoder;
import dev.softgate.interop.OneLine;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The files of a listing; each is opened when its image is asked for. */
public final class ListedFiles implements CheckedSet {

  private final ImageListing listing;

  public ListedFiles(ImageListing listing) {
    this.listing = listing;
  }

  @Override
  public String name() {
    return listing.name();
  }

  @Override
  public String root() {
    return listing.root().toAbsolutePath().toString();
  }

  @Override
  public List<String> classNames() {
    return listing.classNames();
  }

  @Override
  public int count() {
    return listing.entries().size();
  }

  @Override
  public CheckedImage image(int id) {
    Entry entry = listing.entries().get(id);
    return new CheckedImage(
        id,
        entry.file().toAbsolutePath().toString(),
        listing.classNames().get(entry.label()),
        entry.part().name().toLowerCase(Locale.ROOT));
  }

  @Override
  public Dataset load(DatasetRequest request, DownloadListener listener) {
    return Datasets.load(listing, request, listener);
  }

  @Override
  public <T> T read(int id, Function<Content, T> use) {
    Path file = listing.entries().get(id).file();
    try {
      return ImageDecoder.decode(
          file,
          (decoded, bytes) ->
              use.apply(
                  new Content(
                      decoded.size(), decoded.planes(), decoded.format(), Fingerprint.of(bytes))));
    } catch (BadInputException e) {
      throw new BadInputException(withoutName(e.marked(), file), e);
    }
  }

  /** A message that begins with the name of a file, without it. */
  private static String withoutName(String message, Path file) {
    String name = OneLine.of(file) + " ";
    return message.startsWith(name) ? message.substring(name.length()) : message;
  }
}
