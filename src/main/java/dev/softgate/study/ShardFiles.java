package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.MachineTrouble;
import dev.softgate.interop.OneLine;
import dev.softgate.run.Shard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The files of a command's shards, {@code OUT/shards/KIND-0-of-4.ENDING} and so on: each process
 * writes one, and {@code --collect} reads all.
 */
final class ShardFiles {

  /** The most shards that a message names. */
  private static final int MAX_NAMED = 20;

  /** Ends the name of a setting that tells where the hash of the same name is from. */
  static final String FROM = " from";

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /** Characters of a hash in a message. */
  private static final int SHOWN = 12;

  private final Path folder;
  private final String kind;
  private final String name;
  private final String ending;

  /** The files of a kind below a folder of results. */
  ShardFiles(Path out, String kind, String ending) {
    this(out, kind, kind, ending);
  }

  /** The same, of results that share the folder with others and have a name of their own. */
  ShardFiles(Path out, String kind, String name, String ending) {
    this.folder = out.resolve("shards");
    this.kind = kind;
    this.name = name;
    this.ending = ending;
  }

  /**
   * The file of a shard, in a folder that is made if absent.
   *
   * @throws BadInputException if no file can be written there
   */
  Path writable(Shard shard) {
    requireFolder(folder);
    return file(shard);
  }

  /**
   * Makes a folder for results if it is absent.
   *
   * @throws BadInputException if it cannot be made, or no file can be written there
   */
  static void requireFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new BadInputException(
          "{out} %s cannot be made: %s".formatted(OneLine.of(folder), MachineTrouble.reason(e)), e);
    }
    AtomicFiles.requireWritableFolder(folder);
  }

  private Path file(Shard shard) {
    return folder.resolve("%s-%d-of-%d.%s".formatted(name, shard.index(), shard.count(), ending));
  }

  /**
   * The files of all shards, by index.
   *
   * @throws BadInputException if there are none, some are missing, or the set was divided twice
   */
  List<Path> all() {
    SortedSet<Integer> counts = counts();
    if (counts.isEmpty()) {
      throw new BadInputException(
          "{out} %s has no %s of shards; run the command with --shard 0/N to N-1/N first",
          folder, kind);
    }
    if (counts.size() > 1) {
      throw new BadInputException(
          "{out} %s has %s of %s shards: delete all but one division, such as %s-*-of-%d.%s",
          folder,
          kind,
          counts.stream().map(String::valueOf).collect(Collectors.joining(" and of ")),
          name,
          counts.first(),
          ending);
    }
    int count = counts.first();
    List<String> missing =
        IntStream.range(0, count)
            .mapToObj(index -> new Shard(index, count))
            .filter(shard -> !Files.isRegularFile(file(shard)))
            .map(Shard::toString)
            .toList();
    if (!missing.isEmpty()) {
      throw new BadInputException(
          "{out} %s lacks the shards %s%s; run the command with each of them, then collect",
          folder,
          String.join(", ", missing.subList(0, Math.min(MAX_NAMED, missing.size()))),
          missing.size() > MAX_NAMED ? " and %,d more".formatted(missing.size() - MAX_NAMED) : "");
    }
    return IntStream.range(0, count).mapToObj(index -> file(new Shard(index, count))).toList();
  }

  /** The numbers of shards that files tell by their names. */
  private SortedSet<Integer> counts() {
    Pattern pattern =
        Pattern.compile(
            Pattern.quote(name) + "-\\d{1,9}-of-([1-9]\\d{0,8})\\." + Pattern.quote(ending));
    SortedSet<Integer> counts = new TreeSet<>();
    if (!Files.isDirectory(folder)) {
      return counts;
    }
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(
          file -> {
            Matcher matcher = pattern.matcher(String.valueOf(file.getFileName()));
            if (matcher.matches()) {
              counts.add(Integer.valueOf(matcher.group(1)));
            }
          });
    } catch (IOException e) {
      throw new BadInputException(
          "%s cannot be read: %s".formatted(OneLine.of(folder), MachineTrouble.reason(e)), e);
    }
    return counts;
  }

  /**
   * Refuses a shard that was computed otherwise.
   *
   * @param expected settings by name; a name with {@value #FROM} behind it tells where the hash of
   *     that name is from, for the message alone
   * @param whose where these are from, such as {@code this command}
   * @param found the shard's settings, of which others are ignored
   */
  static void requireSame(
      Map<String, String> expected, String whose, Map<String, String> found, Path file) {
    expected.forEach(
        (name, value) -> {
          if (!name.endsWith(FROM) && !value.equals(found.get(name))) {
            throw new BadInputException(
                "%s differs: %s in %s, %s in %s; run that shard again, or collect with its"
                    + " settings"
                    + (HASH.matcher(value).matches() ? ", or give each its own {out}" : ""),
                name,
                text(found, name),
                file,
                text(expected, name),
                whose);
          }
        });
  }

  /** A setting's value; of a hash the beginning, after the name of what it is of. */
  private static String text(Map<String, String> settings, String name) {
    String value = settings.getOrDefault(name, "none");
    if (!HASH.matcher(value).matches()) {
      return value;
    }
    String from = settings.get(name + FROM);
    String hash = "SHA-256 " + value.substring(0, SHOWN) + "…";
    return from == null ? hash : OneLine.of(from) + " (" + hash + ")";
  }
}
