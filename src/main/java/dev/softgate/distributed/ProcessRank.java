package dev.softgate.distributed;

import dev.softgate.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which of the processes that train together this one is, and where they meet. The first complete
 * set of values decides:
 *
 * <ol>
 *   <li>the options {@code --rank}, {@code --world-size} and {@code --master}
 *   <li>{@code RANK}, {@code WORLD_SIZE}, {@code MASTER_ADDR} and {@code MASTER_PORT}, as torchrun
 *       and Kubeflow's PyTorchJob set them
 *   <li>within a step of {@code srun}: {@code SLURM_PROCID} and {@code SLURM_NTASKS}; the master is
 *       the first host of {@code SLURM_STEP_NODELIST}, unless {@code MASTER_ADDR} and {@code
 *       MASTER_PORT} name another
 * </ol>
 *
 * @param rank zero-based
 * @param size how many processes there are
 * @param host where rank 0 runs; empty for a single process
 * @param port where rank 0 listens; 0 for a single process
 */
public record ProcessRank(int rank, int size, String host, int port) {

  /** The only process. */
  public static final ProcessRank ALONE = new ProcessRank(0, 1, "", 0);

  private static final int MOST_PROCESSES = 65_536;
  private static final int MOST_PORT = 65_535;

  /**
   * The first port for steps of Slurm, which names none; the last four digits of the job follow.
   */
  private static final int SLURM_PORT = 15_000;

  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(\\[[0-9a-fA-F:.%]+]|[^:\\s]+):(\\d+)");
  private static final Pattern HOST = Pattern.compile("[\\p{Alnum}._:%-]+");
  private static final Pattern FIRST_HOST =
      Pattern.compile("([^\\[,]+)(?:\\[(\\d+)[^\\]]*]([^,\\[]*))?(?:,.*)?");

  /**
   * What the command line says.
   *
   * @param rank null if not given, as the others
   * @param master such as {@code node1:29500}
   */
  public record Options(
      @Nullable Integer rank, @Nullable Integer worldSize, @Nullable String master) {

    /** None given. */
    public static final Options NONE = new Options(null, null, null);
  }

  /** Checks the ranges. */
  public ProcessRank {
    require(size >= 1 && size <= MOST_PROCESSES, "a world size from 1 to " + MOST_PROCESSES, size);
    require(rank >= 0 && rank < size, "a rank from 0 to " + (size - 1), rank);
    if (size > 1) {
      require(HOST.matcher(host).matches(), "the name or address of a master", host);
      require(port >= 1 && port <= MOST_PORT, "a master's port from 1 to " + MOST_PORT, port);
    }
  }

  private static void require(boolean fits, String expected, Object found) {
    if (!fits) {
      throw new BadInputException(
          "the processes that train together need %s, found %s", expected, quoted(found));
    }
  }

  private static Object quoted(Object found) {
    return found instanceof String text ? "'" + text.replaceAll("\\p{Cntrl}", "?") + "'" : found;
  }

  /**
   * Finds the rank of this process.
   *
   * @param environment the variables of the process
   * @return {@link #ALONE} if nothing names one
   * @throws BadInputException if a set is incomplete or a value is unusable
   */
  public static ProcessRank of(Options options, Map<String, String> environment) {
    ProcessRank given = ofOptions(options);
    if (given != null) {
      return given;
    }
    given = ofLauncher(environment);
    if (given != null) {
      return given;
    }
    given = ofSlurm(environment);
    if (given != null) {
      return given;
    }
    requireNone(environment, List.of("MASTER_ADDR", "MASTER_PORT"), List.of("RANK", "WORLD_SIZE"));
    return ALONE;
  }

  /**
   * Refuses an environment that gives this process a rank among several: what starts processes of
   * its own would start them once for each rank.
   *
   * @throws BadInputException if it does, or names a part of one
   */
  public static void requireNone(Map<String, String> environment) {
    ProcessRank given = ofLauncher(environment);
    String variables = "RANK and WORLD_SIZE";
    if (given == null) {
      given = ofSlurm(environment);
      variables = "SLURM_PROCID and SLURM_NTASKS";
    }
    if (given != null && !given.isAlone()) {
      throw new BadInputException(
          "this process is rank %d of %d already, by %s: run softgate train, without launch, or"
              + " unset them",
          given.rank(), given.size(), variables);
    }
  }

  private static @Nullable ProcessRank ofOptions(Options options) {
    if (options.rank() == null && options.worldSize() == null && options.master() == null) {
      return null;
    }
    List<String> missing = new ArrayList<>();
    if (options.rank() == null) {
      missing.add("{rank}");
    }
    if (options.worldSize() == null) {
      missing.add("{world-size}");
    }
    if (options.master() == null) {
      missing.add("{master}");
    }
    if (!missing.isEmpty()) {
      throw new BadInputException(
          "{rank}, {world-size} and {master} belong together: "
              + String.join(" and ", missing)
              + " missing");
    }
    String master = Objects.requireNonNull(options.master());
    Matcher parts = HOST_AND_PORT.matcher(master);
    if (!parts.matches()) {
      throw new BadInputException("{master} must be HOST:PORT, found %s", quoted(master));
    }
    return new ProcessRank(
        Objects.requireNonNull(options.rank()),
        Objects.requireNonNull(options.worldSize()),
        parts.group(1).replaceAll("[\\[\\]]", ""),
        number("{master}", parts.group(2)));
  }

  private static @Nullable ProcessRank ofLauncher(Map<String, String> environment) {
    if (!has(environment, "RANK") && !has(environment, "WORLD_SIZE")) {
      return null;
    }
    requireAll(environment, List.of("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"));
    return new ProcessRank(
        number(environment, "RANK"),
        number(environment, "WORLD_SIZE"),
        value(environment, "MASTER_ADDR"),
        number(environment, "MASTER_PORT"));
  }

  private static @Nullable ProcessRank ofSlurm(Map<String, String> environment) {
    if (!has(environment, "SLURM_STEP_ID")
        || (!has(environment, "SLURM_PROCID") && !has(environment, "SLURM_NTASKS"))) {
      return null; // a batch script is no step; its SLURM_PROCID is not that of a task
    }
    requireAll(environment, List.of("SLURM_PROCID", "SLURM_NTASKS", "SLURM_STEP_NODELIST"));
    boolean named = has(environment, "MASTER_ADDR") || has(environment, "MASTER_PORT");
    if (named) {
      requireAll(environment, List.of("MASTER_ADDR", "MASTER_PORT"));
    }
    return new ProcessRank(
        number(environment, "SLURM_PROCID"),
        number(environment, "SLURM_NTASKS"),
        named
            ? value(environment, "MASTER_ADDR")
            : firstHost(value(environment, "SLURM_STEP_NODELIST")),
        named
            ? number(environment, "MASTER_PORT")
            : slurmPort(environment.getOrDefault("SLURM_JOB_ID", "")));
  }

  /** The first host of a list such as {@code node[03-07,9],other}: {@code node03}. */
  static String firstHost(String list) {
    Matcher first = FIRST_HOST.matcher(list);
    if (!first.matches()) {
      throw new BadInputException(
          "SLURM_STEP_NODELIST must list hosts, such as node[01-04], found %s", quoted(list));
    }
    return first.group(2) == null
        ? first.group(1)
        : first.group(1) + first.group(2) + first.group(3);
  }

  /** A port for a job, the same on all its hosts and most often another than another job's. */
  private static int slurmPort(String job) {
    String digits = job.replaceAll("\\D", "");
    String last = digits.substring(Math.max(0, digits.length() - 4));
    return SLURM_PORT + (last.isEmpty() ? 0 : Integer.parseInt(last));
  }

  private static boolean has(Map<String, String> environment, String name) {
    return !environment.getOrDefault(name, "").isBlank();
  }

  private static String value(Map<String, String> environment, String name) {
    return environment.getOrDefault(name, "").strip();
  }

  private static void requireAll(Map<String, String> environment, List<String> names) {
    List<String> missing = names.stream().filter(name -> !has(environment, name)).toList();
    if (!missing.isEmpty()) {
      throw incomplete(environment, names, missing);
    }
  }

  private static void requireNone(
      Map<String, String> environment, List<String> names, List<String> missing) {
    if (names.stream().anyMatch(name -> has(environment, name))) {
      throw incomplete(environment, names, missing);
    }
  }

  private static BadInputException incomplete(
      Map<String, String> environment, List<String> names, List<String> missing) {
    List<String> present = names.stream().filter(name -> has(environment, name)).toList();
    return new BadInputException(
        "the environment has %s without %s; set all of them to train on several processes, or none",
        String.join(", ", present), String.join(", ", missing));
  }

  private static int number(Map<String, String> environment, String name) {
    return number(name, value(environment, name));
  }

  private static int number(String name, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new BadInputException(
          "{name} must be an integer, found %s".replace("{name}", name), quoted(text));
    }
  }

  /** Whether this is the only process. */
  public boolean isAlone() {
    return size == 1;
  }

  /** The master as in messages: {@code node1:29500}. */
  public String master() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
