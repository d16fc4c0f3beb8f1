package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.data.ImageListing.Entry;
import dev.softgate.data.ImageListing.Part;
import dev.softgate.interop.FileNames;
import dev.softgate.interop.OneLine;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists a folder of images. Two layouts are known: {@code DIR/CLASS/…}, and {@code
 * DIR/{train,val,test}/CLASS/…}, of which only {@code train} must exist. Images may lie in folders
 * below a class's folder.
 *
 * <p>A folder with a part's name is a part if it has class folders, and no other folder beside the
 * parts has images or the parts have class names in common. Otherwise it is a class like any other.
 * Links to folders are followed, but not to a folder that contains them.
 */
final class FolderListing {

  private static final Logger LOG = LoggerFactory.getLogger(FolderListing.class);

  private static final Map<String, Part> PARTS =
      Map.of(
          "train", Part.TRAIN,
          "training", Part.TRAIN,
          "val", Part.VALIDATION,
          "valid", Part.VALIDATION,
          "validation", Part.VALIDATION,
          "test", Part.TEST,
          "testing", Part.TEST);

  /** What systems and archives leave in folders, in lower case; so are names that begin with "." */
  private static final Set<String> LEFTOVERS =
      Set.of("__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "@eadir", "$recycle.bin");

  /** Folders of this depth, the deepest that may be a class, start a new set of visited ones. */
  private static final int CLASS_DEPTH = 2;

  private final Path root;
  private final Path realRoot;
  private final List<Path> others = new ArrayList<>();

  private FolderListing(Path root, Path realRoot) {
    this.root = root;
    this.realRoot = realRoot;
  }

  /** A folder: the images directly in it, and the folders in it that have images. */
  private record Folder(Path path, List<Path> loose, List<Folder> folders) {
    String name() {
      return String.valueOf(path.toAbsolutePath().normalize().getFileName());
    }

    @Nullable Part part() {
      return FolderListing.part(name().toLowerCase(Locale.ROOT));
    }

    boolean isEmpty() {
      return loose.isEmpty() && folders.isEmpty();
    }

    /** All images in it and below it, in the order of their paths. */
    List<Path> images() {
      return unsorted(this).sorted().toList();
    }

    private static Stream<Path> unsorted(Folder folder) {
      return Stream.concat(
          folder.loose.stream(), folder.folders.stream().flatMap(Folder::unsorted));
    }
  }

  /** The part with a name in lower case; null if it is no part's. */
  static @Nullable Part part(String name) {
    return PARTS.get(name);
  }

  static ImageListing read(String name, Path root) {
    try {
      FolderListing listing = new FolderListing(root, root.toRealPath());
      Folder all = listing.scan(root, 0, Set.of(listing.realRoot));
      ImageListing found = listing.understand(name, all);
      listing.warnOfOthers();
      return found;
    } catch (IOException e) {
      throw unreadable(root, e);
    }
  }

  private Folder scan(Path path, int depth, Set<Path> visited) throws IOException {
    List<Path> images = new ArrayList<>();
    List<Folder> folders = new ArrayList<>();
    for (Path entry : entries(path)) {
      if (!Files.isDirectory(entry)) {
        (ImageFiles.isImageName(entry) ? images : others).add(entry);
        continue;
      }
      Path real = entry.toRealPath();
      Set<Path> seen = depth < CLASS_DEPTH ? new HashSet<>(visited) : visited;
      if (realRoot.startsWith(real) || !seen.add(real)) {
        LOG.warn("{} is a link to a folder that is already read: skipped", OneLine.of(entry));
        continue;
      }
      Folder folder = scan(entry, depth + 1, seen);
      if (!folder.isEmpty()) {
        folders.add(folder);
      } else if (depth < CLASS_DEPTH) {
        LOG.warn("{} has no image file (.png, .jpg, …): skipped", OneLine.of(entry));
      }
    }
    return new Folder(path, images, folders);
  }

  /** The entries of a folder without leftovers, sorted by name. */
  private static List<Path> entries(Path folder) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
      for (Path entry : found) {
        String name = String.valueOf(entry.getFileName()).toLowerCase(Locale.ROOT);
        if (!name.startsWith(".") && !LEFTOVERS.contains(name)) {
          FileNames.require(entry.toString());
          entries.add(entry);
        }
      }
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    Collections.sort(entries);
    return entries;
  }

  private static BadInputException unreadable(Path folder, IOException failure) {
    return new BadInputException(
        "%s cannot be read (%s): folder:DIR requires images in DIR/CLASS/ or in DIR/train/CLASS/"
            .formatted(OneLine.of(folder), OneLine.of(failure)),
        failure);
  }

  private ImageListing understand(String name, Folder all) {
    if (all.isEmpty()) {
      throw new BadInputException(
          "%s has no class folders with images: add images as DIR/CLASS/ or DIR/train/CLASS/"
              .formatted(OneLine.of(all.path)));
    }
    List<Folder> folders = all.folders;
    if (folders.isEmpty()) {
      LOG.info("{} has no class folders: its images are of one class", OneLine.of(all.path));
      return listing(name, Map.of(Part.TRAIN, List.of(all)));
    }
    if (folders.size() == 1 && all.loose.isEmpty() && folders.get(0).part() == null) {
      Folder only = folders.get(0);
      if (!only.folders.isEmpty()) { // an archive's own folder
        return understand(name, only);
      }
    }
    List<Folder> parts = folders.stream().filter(folder -> folder.part() != null).toList();
    others.addAll(all.loose);
    if (!areParts(parts, folders.size() - parts.size())) {
      LOG.info(
          "{} is read as {} class {}",
          OneLine.of(all.path),
          folders.size(),
          folders.size() == 1 ? "folder" : "folders");
      if (parts.size() == folders.size() && !parts.isEmpty()) {
        LOG.warn(
            "{} have no class folders, so their names are read as classes: if they are parts of a"
                + " set, put the images into one folder for each class, such as {}/CLASS/",
            OneLine.of(parts.stream().map(Folder::name).toList()),
            OneLine.of(parts.get(0).path));
      }
      return listing(name, Map.of(Part.TRAIN, folders));
    }
    folders.stream()
        .filter(folder -> folder.part() == null)
        .forEach(
            folder ->
                LOG.warn(
                    "{} is skipped: it is neither train, val nor test", OneLine.of(folder.path)));
    Map<Part, List<Folder>> classes = new TreeMap<>();
    for (Folder part : parts) {
      others.addAll(part.loose);
      classes.computeIfAbsent(part.part(), key -> new ArrayList<>()).addAll(part.folders);
    }
    LOG.info(
        "{} is read as {} with class folders",
        OneLine.of(all.path),
        OneLine.of(String.join(", ", parts.stream().map(Folder::name).toList())));
    return listing(name, classes);
  }

  /** Whether folders with the names of parts are parts; {@code beside} others have images. */
  private static boolean areParts(List<Folder> parts, int beside) {
    List<Folder> divided = parts.stream().filter(part -> !part.folders.isEmpty()).toList();
    if (beside == 0 || divided.isEmpty()) {
      return !divided.isEmpty();
    }
    List<String> names =
        divided.stream().flatMap(part -> part.folders.stream()).map(Folder::name).toList();
    return names.stream().distinct().count() < names.size();
  }

  private ImageListing listing(String name, Map<Part, List<Folder>> classes) {
    List<String> classNames =
        classes.values().stream()
            .flatMap(List::stream)
            .map(Folder::name)
            .distinct()
            .sorted()
            .toList();
    List<Entry> entries = new ArrayList<>();
    for (Part part : Part.values()) {
      classes.getOrDefault(part, List.of()).stream()
          .sorted((a, b) -> a.name().compareTo(b.name()))
          .forEach(
              folder -> {
                int label = Collections.binarySearch(classNames, folder.name());
                folder.images().forEach(file -> entries.add(new Entry(file, label, part)));
              });
    }
    return new ImageListing(name, root, classNames, entries);
  }

  private void warnOfOthers() {
    if (!others.isEmpty()) {
      LOG.warn(
          "{} {} ignored: only files with an image extension (.png, .jpg, …) in the folder of a"
              + " class are read",
          OneLine.of(others.get(0)),
          others.size() == 1 ? "is" : "and %,d more are".formatted(others.size() - 1));
    }
  }
}
