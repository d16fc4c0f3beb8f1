package dev.softgate.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A headless Chromium with one tab, controlled with the Chrome DevTools Protocol. It records the
 * tab's errors and network requests.
 */
final class Chromium implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Process process;
  private final WebSocket socket;
  private final BlockingQueue<JsonNode> messages;
  private final String session;
  private final List<String> complaints = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();
  private boolean loaded;
  private int lastId;

  /** The program's path, if it is installed. */
  static Optional<Path> find() {
    return Stream.of("chromium", "chromium-browser", "google-chrome", "chrome")
        .flatMap(
            name ->
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                    .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  Chromium(Path program, Path profile) throws IOException, InterruptedException {
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--remote-debugging-port=0",
                "--window-size=1200,900",
                "--user-data-dir=" + profile)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectErrorStream(false)
            .start();
    BufferedReader errors = process.errorReader(StandardCharsets.UTF_8);
    String line = errors.readLine();
    while (line != null && !line.startsWith("DevTools listening on ")) {
      line = errors.readLine();
    }
    if (line == null) {
      throw new IOException("Chromium did not start");
    }
    Thread drain = new Thread(() -> errors.lines().forEach(rest -> {}));
    drain.setDaemon(true);
    drain.start();
    messages = new LinkedBlockingQueue<>();
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(
                URI.create(line.substring("DevTools listening on ".length())),
                new Listener(messages))
            .join();
    JsonNode tab = call("", "Target.createTarget", "{\"url\":\"about:blank\"}");
    session =
        call(
                "",
                "Target.attachToTarget",
                "{\"targetId\":%s,\"flatten\":true}".formatted(tab.get("targetId")))
            .get("sessionId")
            .asText();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      call(session, domain + ".enable", "{}");
    }
  }

  /** Joins the fragments of messages. */
  private static final class Listener implements WebSocket.Listener {
    private final BlockingQueue<JsonNode> messages;
    private final StringBuilder text = new StringBuilder();

    Listener(BlockingQueue<JsonNode> messages) {
      this.messages = messages;
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        try {
          messages.add(JSON.readTree(text.toString()));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        text.setLength(0);
      }
      return WebSocket.Listener.super.onText(webSocket, data, last);
    }
  }

  /** Emulates the color scheme {@code light} or {@code dark}. */
  void prefer(String scheme) throws InterruptedException {
    call(
        session,
        "Emulation.setEmulatedMedia",
        "{\"media\":\"screen\",\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"%s\"}]}"
            .formatted(scheme));
  }

  /** Opens a page and waits until it is loaded. */
  void open(URI page) throws InterruptedException {
    loaded = false;
    call(session, "Page.navigate", "{\"url\":\"%s\"}".formatted(page));
    while (!loaded) {
      take();
    }
  }

  /** Evaluates an expression within the page. */
  JsonNode evaluate(String expression) throws InterruptedException {
    ObjectNode parameters = JSON.createObjectNode();
    parameters.put("expression", expression).put("returnByValue", true);
    JsonNode result = call(session, "Runtime.evaluate", parameters.toString());
    if (result.has("exceptionDetails")) {
      throw new AssertionError(result.toString());
    }
    return result.get("result").get("value");
  }

  /** Errors and warnings of the console, and exceptions. */
  List<String> complaints() {
    return complaints;
  }

  /** The addresses that were requested. */
  List<String> requests() {
    return requests;
  }

  private JsonNode call(String ofSession, String method, String parameters)
      throws InterruptedException {
    int id = ++lastId;
    socket
        .sendText(
            "{\"id\":%d,\"method\":\"%s\",\"params\":%s%s}"
                .formatted(
                    id,
                    method,
                    parameters,
                    ofSession.isEmpty() ? "" : ",\"sessionId\":\"" + ofSession + "\""),
            true)
        .join();
    while (true) {
      JsonNode message = take();
      if (message.path("id").asInt() == id) {
        if (message.has("error")) {
          throw new AssertionError(method + ": " + message);
        }
        return message.get("result");
      }
    }
  }

  private JsonNode take() throws InterruptedException {
    JsonNode message = messages.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("Chromium says nothing");
    }
    JsonNode parameters = message.path("params");
    switch (message.path("method").asText()) {
      case "Page.loadEventFired" -> loaded = true;
      case "Runtime.exceptionThrown" -> complaints.add(parameters.toString());
      case "Runtime.consoleAPICalled" -> complaints.add(parameters.toString());
      case "Log.entryAdded" -> complaints.add(parameters.get("entry").toString());
      case "Network.requestWillBeSent" ->
          requests.add(parameters.get("request").get("url").asText());
      default -> {}
    }
    return message;
  }

  @Override
  public void close() throws InterruptedException {
    socket.abort();
    process.destroy();
    process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }
}
