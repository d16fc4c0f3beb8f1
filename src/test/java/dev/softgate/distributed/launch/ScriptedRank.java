package dev.softgate.distributed.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A rank that does what its arguments say, one after another: {@code out:TEXT}, {@code err:TEXT},
 * {@code raw:TEXT} where CR is a carriage return, without a line's end, {@code exit:CODE}, {@code
 * kill}, {@code sleep:MILLIS}, {@code serve:FILE} (obeys the launcher until asked to stop, and
 * leaves FILE behind), {@code run:FOLDER}, {@code pid:FILE}. An argument after {@code N@} is for
 * rank N, and {@code first@FILE@} holds only if FILE is absent.
 */
final class ScriptedRank {

  private static final int SIGNALED = 128;

  private ScriptedRank() {}

  public static void main(String[] arguments) throws IOException {
    String rank = System.getenv("RANK");
    List<String> deeds = Arrays.asList(arguments);
    for (String argument : deeds) {
      String deed = argument;
      if (deed.matches("\\d+@.*")) {
        if (!deed.startsWith(rank + "@")) {
          continue;
        }
        deed = deed.substring(deed.indexOf('@') + 1);
      }
      if (deed.startsWith("first@")) {
        int end = deed.indexOf('@', 6);
        Path mark = Path.of(deed.substring(6, end));
        if (Files.exists(mark)) {
          continue;
        }
        Files.createFile(mark);
        deed = deed.substring(end + 1);
      }
      act(deed, rank);
    }
  }

  private static void act(String deed, String rank) throws IOException {
    int colon = deed.indexOf(':');
    String detail = deed.substring(colon + 1).replace("RANK", rank);
    switch (colon < 0 ? deed : deed.substring(0, colon)) {
      case "out" -> System.out.println(detail);
      case "err" -> System.err.println(detail);
      case "raw" -> System.err.print(detail.replace("CR", "\r"));
      case "exit" -> System.exit(Integer.parseInt(detail));
      case "kill" -> new ProcessBuilder("kill", "-9", Long.toString(pid())).start();
      case "run" -> launched().report(Path.of(detail));
      case "pid" -> Files.writeString(Path.of(detail), Long.toString(pid()));
      case "serve" -> serve(Path.of(detail));
      case "sleep" -> LockSupport.parkNanos(Long.parseLong(detail) * 1_000_000);
      default -> {} // options of train
    }
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  private static LaunchedRank launched() {
    LaunchedRank rank = LaunchedRank.of(System.getenv());
    if (rank == null) {
      throw new IllegalStateException("not launched");
    }
    return rank;
  }

  private static void serve(Path file) throws IOException {
    int[] signal = {0};
    Thread server = Thread.currentThread();
    launched()
        .listen(
            System.in,
            number -> {
              signal[0] = number;
              LockSupport.unpark(server);
            });
    Files.writeString(Path.of(file + ".ready"), "", StandardCharsets.UTF_8);
    while (signal[0] == 0) {
      LockSupport.park();
    }
    Files.writeString(file, Integer.toString(signal[0]), StandardCharsets.UTF_8);
    System.exit(SIGNALED + signal[0]);
  }
}
