package dev.softgate.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One tab of a headless Chromium, driven by the Chrome DevTools Protocol over a WebSocket. */
final class Chromium implements AutoCloseable {

  private static final int WAIT_SECONDS = 30;
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "chrome");
  private static final Map<String, Integer> KEY_CODES =
      Map.of(
          "Tab",
          9,
          "Enter",
          13,
          "Escape",
          27,
          "ArrowLeft",
          37,
          "ArrowUp",
          38,
          "ArrowRight",
          39,
          "ArrowDown",
          40,
          " ",
          32);

  private final ObjectMapper json = new ObjectMapper();
  private final Map<Integer, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
  private final List<String> errors = new ArrayList<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final Process process;
  private final WebSocket socket;

  private Chromium(Process process, URI address) {
    this.process = process;
    this.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(address, new Messages())
            .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
            .join();
    command("Page.enable");
    command("Runtime.enable");
    command("Log.enable");
  }

  /** The program, from the path; null if there is none. */
  static @Nullable Path program() {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      for (String name : NAMES) {
        Path program = Path.of(folder.isEmpty() ? "." : folder, name);
        if (Files.isExecutable(program)) {
          return program;
        }
      }
    }
    return null;
  }

  /** Starts a browser whose profile lies in a folder. */
  static Chromium start(Path program, Path profile) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox", // it loads only pages of the test, perhaps as root
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-extensions",
                "--hide-scrollbars",
                "--user-data-dir=" + profile,
                "--remote-debugging-port=0",
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolveSibling("chromium.log").toFile())
            .start();
    try {
      Path portFile = profile.resolve("DevToolsActivePort");
      for (int i = 0; i < WAIT_SECONDS * 20 && !Files.exists(portFile); i++) {
        Thread.sleep(50);
      }
      Thread.sleep(50); // the file is written in two steps
      String port = Files.readAllLines(portFile).get(0);
      return new Chromium(process, page(port));
    } catch (IOException | InterruptedException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static URI page(String port) throws IOException, InterruptedException {
    URI list = URI.create("http://127.0.0.1:" + port + "/json/list");
    for (int i = 0; i < WAIT_SECONDS * 20; i++) {
      String text =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(list).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      for (JsonNode target : new ObjectMapper().readTree(text)) {
        if (target.path("type").asText().equals("page")) {
          return URI.create(target.path("webSocketDebuggerUrl").asText());
        }
      }
      Thread.sleep(50);
    }
    throw new IOException("chromium has no page");
  }

  private final class Messages implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        receive(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void receive(String text) {
    try {
      JsonNode message = json.readTree(text);
      String method = message.path("method").asText();
      if (method.equals("Runtime.exceptionThrown")
          || (method.equals("Log.entryAdded")
              && !message.at("/params/entry/source").asText().equals("network")
              && message.at("/params/entry/level").asText().equals("error"))) {
        synchronized (errors) {
          errors.add(text);
        }
      }
      CompletableFuture<JsonNode> waiting = pending.remove(message.path("id").asInt(-1));
      if (waiting != null) {
        waiting.complete(message);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends a command, with names and values in turn, and returns its result. */
  JsonNode command(String method, Object... parameters) {
    ObjectNode message = json.createObjectNode().put("id", ids.incrementAndGet());
    message.put("method", method);
    ObjectNode named = message.putObject("params");
    for (int i = 0; i < parameters.length; i += 2) {
      named.set(String.valueOf(parameters[i]), json.valueToTree(parameters[i + 1]));
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    pending.put(ids.get(), answer);
    socket.sendText(message.toString(), true).join();
    JsonNode answered = answer.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join();
    if (answered.has("error")) {
      throw new IllegalStateException(method + ": " + answered.get("error"));
    }
    return answered.path("result");
  }

  /** The value of an expression, awaited if it is a promise. */
  JsonNode value(String expression) {
    JsonNode result =
        command(
            "Runtime.evaluate",
            "expression",
            expression,
            "returnByValue",
            true,
            "awaitPromise",
            true);
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
    }
    return result.at("/result/value");
  }

  String text(String expression) {
    return value(expression).asText();
  }

  /** Waits until an expression is true. */
  void await(String expression) {
    long end = System.nanoTime() + Duration.ofSeconds(WAIT_SECONDS).toNanos();
    while (!value("Boolean(" + expression + ")").asBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "never true: " + expression + "; the page: " + text("document.body.innerText"));
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  void open(URI address) {
    command("Page.navigate", "url", address.toString());
    await("location.href === '" + address + "' && document.readyState === 'complete'");
  }

  /** The size of the screen in CSS pixels, and the color scheme, {@code light} or {@code dark}. */
  void screen(int width, int height, String scheme) {
    command(
        "Emulation.setDeviceMetricsOverride",
        "width",
        width,
        "height",
        height,
        "deviceScaleFactor",
        1,
        "mobile",
        width < 600);
    command(
        "Emulation.setEmulatedMedia",
        "features",
        List.of(Map.of("name", "prefers-color-scheme", "value", scheme)));
  }

  /** Presses keys one after the other: characters, or names such as {@code Enter}. */
  void press(String... keys) {
    for (String key : keys) {
      int code = KEY_CODES.getOrDefault(key, (int) Character.toUpperCase(key.charAt(0)));
      String text = key.length() == 1 ? key : key.equals("Enter") ? "\r" : "";
      command(
          "Input.dispatchKeyEvent",
          "type",
          text.isEmpty() ? "rawKeyDown" : "keyDown",
          "key",
          key,
          "text",
          text,
          "windowsVirtualKeyCode",
          code);
      command("Input.dispatchKeyEvent", "type", "keyUp", "key", key, "windowsVirtualKeyCode", code);
    }
  }

  void type(String text) {
    text.codePoints().forEach(c -> press(Character.toString(c)));
  }

  void screenshot(Path file) throws IOException {
    Files.write(
        file, Base64.getDecoder().decode(command("Page.captureScreenshot").path("data").asText()));
  }

  /** Errors of scripts and violations of the content security policy since the start. */
  List<String> errors() {
    synchronized (errors) {
      return List.copyOf(errors);
    }
  }

  @Override
  public void close() {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join();
  }
}
