package dev.softgate.review;

import dev.softgate.BadInputException;
import dev.softgate.data.ImageListing;
import dev.softgate.data.ImageListing.Entry;
import dev.softgate.data.ImageListing.Part;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.Quoted;
import dev.softgate.interop.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Where each file of a corrected set goes: {@code CLASS/…}, or {@code SPLIT/CLASS/…} if the source
 * has splits. Folders below a class's folder stay. If two files would get the same name, the later
 * one gets a number; files that keep their class come first. Names that differ in case alone count
 * as the same, because they are on some file systems.
 *
 * @param copies in the order of the set, files that keep their class first
 */
record CopyPlan(List<Copy> copies) {

  /**
   * A file to copy.
   *
   * @param from its absolute path
   * @param to its path below the target folder
   */
  record Copy(Path from, Path to) {}

  CopyPlan {
    copies = List.copyOf(copies);
  }

  /** Plans the copies of all files that are not removed. */
  static CopyPlan of(DecidedSet set) {
    ImageListing listing = set.listing();
    listing.classNames().forEach(CopyPlan::requireFolderName);
    boolean parts = set.entries().stream().anyMatch(entry -> entry.part() != Part.TRAIN);
    boolean byClass =
        !parts && set.entries().stream().allMatch(entry -> inClassFolder(listing, entry, 0));
    boolean byPart =
        listing.isFolder()
            && set.entries().stream().allMatch(entry -> inClassFolder(listing, entry, 1));
    Set<String> taken = new HashSet<>();
    List<Copy> copies = new ArrayList<>();
    for (boolean moved : new boolean[] {false, true}) {
      for (int i = 0; i < set.entries().size(); i++) {
        Entry entry = set.entries().get(i);
        int label = set.after()[i];
        if (label == DecidedSet.REMOVED || moved == (label == entry.label())) {
          continue;
        }
        Path own = DecidedSet.path(entry);
        Path relative = Path.of(listing.file(entry));
        String name = set.name(label);
        Path to =
            byClass
                ? Path.of(name).resolve(relative.subpath(1, relative.getNameCount()))
                : byPart
                    ? relative
                        .getName(0)
                        .resolve(name)
                        .resolve(relative.subpath(2, relative.getNameCount()))
                    : (parts ? Path.of(folder(entry.part()), name) : Path.of(name))
                        .resolve(Objects.requireNonNull(own.getFileName()));
        copies.add(new Copy(own, free(to, taken)));
      }
    }
    return new CopyPlan(copies);
  }

  /** Whether a file is in a folder with its class's name, which is at some depth below the root. */
  private static boolean inClassFolder(ImageListing listing, Entry entry, int depth) {
    Path relative = Path.of(listing.file(entry));
    return relative.getNameCount() > depth + 1
        && relative.getName(depth).toString().equals(listing.classNames().get(entry.label()));
  }

  private static String folder(Part part) {
    return switch (part) {
      case TRAIN -> "train";
      case VALIDATION -> "val";
      case TEST -> "test";
    };
  }

  private static void requireFolderName(String name) {
    if (name.isBlank() || name.startsWith(".") || name.matches(".*[/\\\\\\p{Cntrl}].*")) {
      throw new BadInputException(
          "the class %s cannot be the name of a folder; use {out}".formatted(Quoted.quoted(name)));
    }
  }

  private static Path free(Path wanted, Set<String> taken) {
    Path path = wanted;
    for (int number = 2; !taken.add(path.toString().toLowerCase(Locale.ROOT)); number++) {
      String name = String.valueOf(wanted.getFileName());
      int dot = name.lastIndexOf('.');
      int end = dot > 0 ? dot : name.length();
      path = wanted.resolveSibling(name.substring(0, end) + "-" + number + name.substring(end));
    }
    return path;
  }

  /** A hash of all source and target paths, in lower-case hexadecimal. */
  String sha256() {
    Sha256 hash = new Sha256();
    for (Copy copy : copies) {
      hash.add((copy.from() + "\0" + copy.to() + "\0").getBytes(StandardCharsets.UTF_8));
    }
    return hash.hex();
  }

  /** The files as a short text for a message. */
  static String named(List<Path> files) {
    int most = 5;
    String first =
        String.join(", ", files.stream().limit(most).map(file -> OneLine.of(file)).toList());
    return files.size() > most ? first + " and %,d others".formatted(files.size() - most) : first;
  }
}
