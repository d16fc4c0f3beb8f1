package dev.softgate.cli;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Opens an address in the user's browser, with the system's own command. */
final class Browser {

  private static final int WAIT_SECONDS = 2;

  private Browser() {}

  /** Opens the address; false if the system has no command to do so, or no screen. */
  static boolean open(URI address) {
    List<String> command = command(System.getProperty("os.name", ""), System.getenv());
    if (command.isEmpty()) {
      return false;
    }
    List<String> whole = new ArrayList<>(command);
    whole.add(address.toString());
    try {
      Process process =
          new ProcessBuilder(whole)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      // A command that fails does so at once; a browser may stay in the foreground.
      return !process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The command without the address; empty if a browser could not show anything. */
  static List<String> command(String system, Map<String, String> environment) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("mac")) {
      return List.of("open");
    }
    if (name.startsWith("windows")) {
      return List.of("cmd", "/c", "start", ""); // the empty text is the title of the window
    }
    boolean screen =
        environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY");
    return screen ? List.of("xdg-open") : List.of(); // otherwise it opens a browser in the terminal
  }
}
