package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.Sha256;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Reads a CIFAR set from its {@code .tar.gz} in one pass, into memory. The archive is not trusted:
 * sizes are checked before memory is allocated, inflation has a limit, and entries that point
 * outside the archive or are not plain files are refused.
 */
final class CifarArchive {

  /** The limit of inflation; the official archives hold 185 MB. */
  private static final long MAX_INFLATED_BYTES = 1L << 30;

  /** The limit of the headers between two entries: long names, attributes, padding. */
  private static final long MAX_HEADER_BYTES = 1L << 20;

  private CifarArchive() {}

  /** Reads the set; {@code shownAs} names the archive in messages and in {@link Dataset#source}. */
  static Dataset read(CifarFormat format, Path archive, String shownAs) {
    MessageDigest digest = Sha256.newDigest();
    CifarParts parts = new CifarParts(format, shownAs);
    try (InputStream file =
            new DigestInputStream(
                new BufferedInputStream(Files.newInputStream(archive), 1 << 16), digest);
        InflationLimit inflated =
            new InflationLimit(new GZIPInputStream(file, 1 << 16), shownAs, MAX_INFLATED_BYTES);
        TarArchiveInputStream tar = new TarArchiveInputStream(inflated)) {
      readEntries(shownAs, tar, inflated, parts);
      inflated.allow(MAX_INFLATED_BYTES);
      inflated.transferTo(OutputStream.nullOutputStream()); // gzip's own checksum is last
      file.transferTo(OutputStream.nullOutputStream());
    } catch (BadInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      String what = e instanceof EOFException ? "is truncated" : "is not a readable .tar.gz";
      throw new BadInputException(
          "%s %s (%s): supply it again".formatted(shownAs, what, OneLine.of(e)), e);
    }
    String sha256 = Sha256.hex(digest);
    boolean official =
        sha256.equals(format.official().sha256()) || sha256.equals(format.python().sha256());
    return parts.complete(
        "%s, SHA-256 %s (%s)"
            .formatted(
                shownAs, sha256, official ? "the official archive" : "not the official archive"));
  }

  private static void readEntries(
      String shownAs, TarArchiveInputStream tar, InflationLimit inflated, CifarParts parts)
      throws IOException {
    while (true) {
      inflated.allow(MAX_HEADER_BYTES);
      TarArchiveEntry entry = tar.getNextEntry();
      if (entry == null) {
        return;
      }
      inflated.allow(MAX_INFLATED_BYTES);
      String name = requireInside(shownAs, entry.getName());
      String fileName = name.substring(name.lastIndexOf('/') + 1);
      if (parts.wants(fileName)) {
        if (!entry.isFile() || entry.isSymbolicLink() || entry.isLink() || entry.isSparse()) {
          throw new BadInputException(
              "%s in %s is not a plain file: supply the original archive"
                  .formatted(OneLine.of(name), shownAs));
        }
        parts.add(fileName, tar, entry.getSize());
      }
      // Read to the entry's end here, so that what follows can only be the next header.
      tar.transferTo(OutputStream.nullOutputStream());
    }
  }

  private static String requireInside(String shownAs, String name) {
    String path = name.replace('\\', '/');
    if (path.startsWith("/") || ("/" + path + "/").contains("/../") || path.indexOf(':') >= 0) {
      throw new BadInputException(
          "%s has an entry that points outside the archive, %s: supply the original archive"
              .formatted(shownAs, OneLine.of(name)));
    }
    return path;
  }
}
