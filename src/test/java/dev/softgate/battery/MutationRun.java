package dev.softgate.battery;

import dev.softgate.cli.CommandRun;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Runs mutations in a separate process, so that one that crashes the virtual machine is known. It
 * prints {@code begin NUMBER NAME} before each and {@code end NUMBER VERDICT} after it.
 */
final class MutationRun {

  private static final int MOST_SECONDS = 120;

  /** Another allowed end of a training: its numbers, not its input, are at fault. */
  private static final Pattern DIVERGED = Pattern.compile("(?s)softgate: the training diverged.*");

  private static volatile long begun = System.nanoTime();

  private MutationRun() {}

  /** Arguments: a folder, then {@code crafted}, or the first number, the last and the step. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    PrintStream log = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Corpus corpus = Corpus.make(folder.resolve("corpus"));
    begun = System.nanoTime();
    Thread watch = new Thread(MutationRun::haltWhereStuck, "watch");
    watch.setDaemon(true);
    watch.start();
    Path work = folder.resolve("work");
    if (arguments[1].equals("crafted")) {
      int number = 0;
      for (Crafted crafted : Crafted.values()) {
        for (Readers.OfCheckpoint reader : crafted.readers()) {
          begin(log, number, crafted + " " + reader);
          CommandRun run = crafted.run(reader, corpus, work);
          boolean right =
              crafted == Crafted.NOTHING
                  ? run.exitCode() == 0 || run.exitCode() == 130
                  : run.exitCode() == 2 && isOneLine(run);
          log.println("end " + number++ + " " + (right ? "ok " + word(run) : "bad " + text(run)));
        }
      }
    } else {
      int last = Integer.parseInt(arguments[2]);
      int step = Integer.parseInt(arguments[3]);
      for (int number = Integer.parseInt(arguments[1]); number <= last; number += step) {
        begin(log, number, Mutation.kind(number).toString());
        String verdict;
        try {
          CommandRun run = new Mutation(number, corpus, work).run();
          verdict = allowed(number, run) ? "ok " + word(run) : "bad " + text(run);
        } catch (RuntimeException | Error e) {
          verdict = "bad " + e;
        }
        log.println("end " + number + " " + verdict);
      }
    }
    System.exit(0);
  }

  private static void begin(PrintStream log, int number, String name) {
    begun = System.nanoTime();
    log.println("begin " + number + " " + name);
  }

  private static boolean allowed(int number, CommandRun run) {
    return switch (run.exitCode()) {
      case 0, 130 -> true;
      case 2 -> isOneLine(run);
      case 1 ->
          DIVERGED.matcher(run.err()).matches()
              || (Mutation.kind(number) == Mutation.Kind.GOLDEN && run.err().isEmpty());
      default -> false;
    };
  }

  private static boolean isOneLine(CommandRun run) {
    return run.err().startsWith("softgate: ")
        && run.err().lines().count() == 1
        && Program.Ended.isPlain(run.err());
  }

  private static String word(CommandRun run) {
    return run.exitCode() == 2 ? "refused" : run.exitCode() == 1 ? "diverged" : "accepted";
  }

  private static String text(CommandRun run) {
    String err = run.err().strip().replaceAll("\\R", " | ");
    return "exit " + run.exitCode() + ": " + err.substring(0, Math.min(err.length(), 400));
  }

  private static void haltWhereStuck() {
    while (true) {
      if (System.nanoTime() - begun > MOST_SECONDS * 1e9) {
        Thread.getAllStackTraces()
            .forEach(
                (thread, stack) -> {
                  if (thread.getName().equals("main")) {
                    System.err.println(Arrays.toString(stack));
                  }
                });
        Runtime.getRuntime().halt(99);
      }
      try {
        Thread.sleep(1000);
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
