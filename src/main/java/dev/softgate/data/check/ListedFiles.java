package dev.softgate.data.check;

import dev.softgate.BadInputException;
import dev.softgate.data.Dataset;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Datasets;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.ImageListing;
import dev.softgate.data.ImageListing.Entry;
import dev.softgate.data.decoding.ImageDecoder;
import dev.softgate.data.decoding.ImageDecoder.Decoded;
import dev.softgate.interop.OneLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

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
  public Content read(int id) {
    Path file = listing.entries().get(id).file();
    try {
      Decoded decoded = ImageDecoder.decode(file);
      return new Content(
          decoded.size(),
          decoded.planes(),
          decoded.format(),
          Fingerprint.of(Files.readAllBytes(file)));
    } catch (BadInputException e) {
      throw new BadInputException(withoutName(e.marked(), file), e);
    } catch (IOException e) {
      throw new BadInputException("cannot be read (%s)".formatted(OneLine.of(e)), e);
    }
  }

  /** A message that begins with the name of a file, without it. */
  private static String withoutName(String message, Path file) {
    String name = OneLine.of(file) + " ";
    return message.startsWith(name) ? message.substring(name.length()) : message;
  }
}
