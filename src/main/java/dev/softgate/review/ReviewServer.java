package dev.softgate.review;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.softgate.BadInputException;
import dev.softgate.Workers;
import dev.softgate.interop.MachineTrouble;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.RecordJson;
import dev.softgate.review.ReviewView.Filter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The review's page on loopback. {@link Access} says who may use it; {@link ReviewSession} what it
 * does. Paths, after the token: the page and its parts, {@code contents}, {@code start}, {@code
 * at}, {@code after} and {@code before} for images, {@code image/N} and {@code thumb/N} for pixels,
 * and, by POST, {@code decide}, {@code undo} and {@code finish}.
 */
public final class ReviewServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ReviewServer.class);

  private static final int THREADS = 6;
  private static final int MOST_BODY_BYTES = 1 << 16;
  private static final int IMAGE_SIDE = 1024;
  private static final int THUMB_SIDE = 256;

  private static final Pattern PIXELS = Pattern.compile("(image|thumb)/(\\d{1,9})");
  private static final Pattern PLACE = Pattern.compile("at=(-?\\d{1,9})&filter=(FLAGGED|ALL)");
  private static final Pattern FILTER = Pattern.compile("filter=(FLAGGED|ALL)");

  /** The parts of the page, in this package's resources, and their types. */
  private static final Map<String, String> PARTS =
      Map.of(
          "", "text/html; charset=utf-8",
          "review.js", "text/javascript; charset=utf-8",
          "review.css", "text/css; charset=utf-8",
          "icon.svg", "image/svg+xml");

  static {
    // A connection that never sends its request must not hold a thread.
    for (String limit : new String[] {"maxReqTime", "maxRspTime"}) {
      String name = "sun.net.httpserver." + limit;
      System.setProperty(name, System.getProperty(name, "30"));
    }
  }

  /** The answer to {@code finish}. */
  private record Finish(String next, int rows) {}

  private final HttpServer server;
  private final ExecutorService threads;
  private final Access access;
  private final ReviewSession session;
  private final ReviewImages images;
  private final DecisionsFile decisions;
  private final CountDownLatch finished = new CountDownLatch(1);

  private ReviewServer(HttpServer server, ReviewedList list, DecisionsFile decisions) {
    this.server = server;
    this.decisions = decisions;
    this.access = new Access(server.getAddress().getPort());
    this.images =
        new ReviewImages(list, Neighbors.read(list.beside(Neighbors.FILE_NAME), list.ofFiles()));
    this.session = new ReviewSession(list, decisions, images);
    this.threads = Workers.pool("review", THREADS);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /**
   * Starts the server.
   *
   * @throws BadInputException if the list or the file of decisions cannot be used, or the port is
   *     taken
   */
  public static ReviewServer start(ReviewRequest request) {
    ReviewedList list = ReviewedList.open(request);
    DecisionsFile decisions = DecisionsFile.open(list.decisions(request), list.ofFiles());
    ReviewServer started = null;
    HttpServer server = null;
    try {
      server = bind(request.port());
      started = new ReviewServer(server, list, decisions);
      return started;
    } finally {
      if (started == null) {
        decisions.close();
        if (server != null) {
          server.stop(0);
        }
      }
    }
  }

  private static HttpServer bind(int port) {
    try {
      return HttpServer.create(
          new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
    } catch (BindException e) {
      throw new BadInputException(
          "{port}: port %d cannot be used (%s); choose another one".formatted(port, OneLine.of(e)),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on 127.0.0.1", e);
    }
  }

  /** The address of the page, with its token. */
  public URI address() {
    return URI.create(origin() + access.page());
  }

  /** An address that leads to the page once, for the command line of a browser. */
  public URI addressOnce() {
    return URI.create(origin() + access.once());
  }

  private String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** One line about what is reviewed, for people. */
  public String describe() {
    ReviewView.Contents contents = session.contents();
    return "%,d images, %,d flagged; decisions are written to %s"
        .formatted(contents.images(), contents.flagged(), OneLine.of(contents.file()));
  }

  /** The command that applies the decisions. */
  public String next() {
    return session.next();
  }

  /** Waits until the user finishes the review in the page; false if the time is over before. */
  public boolean awaitFinish(long millis) throws InterruptedException {
    return finished.await(millis, TimeUnit.MILLISECONDS);
  }

  /** Ends the server. All decisions are on the disk already. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    decisions.close();
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      Answer answer;
      try {
        answer = answer(exchange);
      } catch (BadInputException e) {
        answer = Answer.problem(Answer.BAD_REQUEST, BadInputException.plain(e.marked()));
      } catch (ReviewSession.ConflictException e) {
        answer = Answer.problem(Answer.CONFLICT, OneLine.of(e));
      } catch (IOException e) {
        LOG.error("not saved: {}", OneLine.of(e));
        answer = Answer.problem(Answer.FAILED, "Not saved: " + OneLine.of(e));
      } catch (RuntimeException | InterruptedException e) {
        LOG.error("a request failed", e);
        answer = Answer.problem(Answer.FAILED, "Softgate failed: " + OneLine.of(e));
      } catch (OutOfMemoryError e) { // a large photo; the next one may be small
        String trouble = String.valueOf(MachineTrouble.describe(e));
        LOG.error(trouble);
        answer = Answer.problem(Answer.FAILED, trouble);
      }
      answer.send(exchange);
      if (answer.last()) {
        finished.countDown();
      }
    } catch (IOException e) {
      LOG.debug("the browser has closed the connection", e);
    }
  }

  private Answer answer(HttpExchange exchange)
      throws IOException, InterruptedException, ReviewSession.ConflictException {
    if (!access.fromHere(exchange)) {
      return Answer.problem(Answer.FORBIDDEN, "This address is for the review's own page.");
    }
    String path = Objects.requireNonNullElse(exchange.getRequestURI().getRawPath(), "");
    if (access.redeem(path)) {
      exchange.getResponseHeaders().set("Location", access.page());
      return new Answer(Answer.SEE_OTHER, "text/plain", new byte[0]);
    }
    String within = access.within(path);
    if (within == null) {
      return missing();
    }
    return switch (exchange.getRequestMethod()) {
      case "GET" -> shown(within, exchange.getRequestURI().getRawQuery());
      case "POST" -> changed(within, exchange);
      default -> refusedMethod(exchange, "GET, POST");
    };
  }

  private static Answer missing() {
    return Answer.problem(Answer.NOT_FOUND, "There is nothing at this address.");
  }

  private static Answer refusedMethod(HttpExchange exchange, String allowed) {
    exchange.getResponseHeaders().set("Allow", allowed);
    return Answer.problem(Answer.METHOD_NOT_ALLOWED, "Use " + allowed + ".");
  }

  private Answer shown(String path, String query) throws IOException, InterruptedException {
    String type = PARTS.get(path);
    if (type != null) {
      return part(path.isEmpty() ? "review.html" : path, type);
    }
    Matcher pixels = PIXELS.matcher(path);
    if (pixels.matches()) {
      int side = pixels.group(1).equals("image") ? IMAGE_SIDE : THUMB_SIDE;
      return pixels(Integer.parseInt(pixels.group(2)), side);
    }
    if (path.equals("contents")) {
      return Answer.json(session.contents());
    }
    String asked = Objects.requireNonNullElse(query, "");
    Matcher filter = FILTER.matcher(asked);
    if (path.equals("start") && filter.matches()) {
      return Answer.json(session.start(Filter.valueOf(filter.group(1))));
    }
    Matcher place = PLACE.matcher(asked);
    if (!place.matches()) {
      return missing();
    }
    int at = Integer.parseInt(place.group(1));
    Filter shown = Filter.valueOf(place.group(2));
    return switch (path) {
      case "at" -> Answer.json(session.at(at, shown));
      case "after" -> Answer.json(session.after(at, shown));
      case "before" -> Answer.json(session.before(at, shown));
      default -> missing();
    };
  }

  private static Answer part(String name, String type) throws IOException {
    try (InputStream in = ReviewServer.class.getResourceAsStream(name)) {
      return new Answer(Answer.OK, type, Objects.requireNonNull(in).readAllBytes());
    }
  }

  private Answer pixels(int number, int side) throws InterruptedException {
    try {
      ReviewImages.Encoded encoded = images.encoded(number, side);
      return encoded == null ? missing() : new Answer(Answer.OK, encoded.type(), encoded.bytes());
    } catch (BadInputException e) {
      return Answer.problem(Answer.UNREADABLE, BadInputException.plain(e.marked()));
    }
  }

  private Answer changed(String path, HttpExchange exchange)
      throws IOException, ReviewSession.ConflictException {
    if (!path.equals("decide") && !path.equals("undo") && !path.equals("finish")) {
      return missing();
    }
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type == null || !type.startsWith("application/json")) {
      return Answer.problem(Answer.WRONG_TYPE, "Send application/json.");
    }
    byte[] bytes = exchange.getRequestBody().readNBytes(MOST_BODY_BYTES + 1);
    if (bytes.length > MOST_BODY_BYTES) {
      return Answer.problem(Answer.TOO_LARGE, "The request is too large.");
    }
    String body = new String(bytes, StandardCharsets.UTF_8);
    return switch (path) {
      case "decide" ->
          Answer.json(
              session.decide(RecordJson.read(body, ReviewSession.Verdict.class, "the decision")));
      case "undo" ->
          Answer.json(session.undo(RecordJson.read(body, ReviewSession.Undo.class, "the undo")));
      default -> Answer.json(new Finish(session.next(), decisions.rows().size())).asLast();
    };
  }
}
