package dev.softgate.review;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the server. Other users of the machine, and pages of other sites in the same browser,
 * can reach loopback; they do not know the token, which is the first part of every path. A cookie
 * would be sent to the servers of other ports too.
 *
 * <p>The Host header must name loopback, so that a site whose name resolves to 127.0.0.1 (DNS
 * rebinding) gets no answer. An Origin header must name this server.
 */
final class Access {

  private static final int TOKEN_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String token = random();
  private final AtomicReference<@Nullable String> ticket = new AtomicReference<>(random());
  private final Set<String> hosts;

  Access(int port) {
    this.hosts = Set.of("127.0.0.1:" + port, "localhost:" + port);
  }

  private static String random() {
    byte[] bytes = new byte[TOKEN_BYTES];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** The path of the page. */
  String page() {
    return "/" + token + "/";
  }

  /**
   * A path that leads to the page once. The command line that starts a browser has it: other users
   * can read that, but not use it again.
   */
  String once() {
    return "/open/" + ticket.get();
  }

  /** Whether a path is the one of {@link #once}, at the first request. */
  boolean redeem(String path) {
    String unused = ticket.get();
    return unused != null && same(path, "/open/" + unused) && ticket.compareAndSet(unused, null);
  }

  /** Whether the headers are those of a request from this server's own page or an address bar. */
  boolean fromHere(HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    List<String> host = headers.getOrDefault("Host", List.of());
    List<String> origin = headers.getOrDefault("Origin", List.of());
    return host.size() == 1
        && hosts.contains(host.get(0))
        && (origin.isEmpty()
            || (origin.size() == 1 && origin.get(0).equals("http://" + host.get(0))));
  }

  /** The rest of a path that begins with the token; null for another path. */
  @Nullable String within(String path) {
    String page = page();
    boolean known = path.length() >= page.length() && same(path.substring(0, page.length()), page);
    return known ? path.substring(page.length()) : null;
  }

  /** Compares in a time that does not depend on where the texts differ. */
  private static boolean same(String text, String secret) {
    return MessageDigest.isEqual(
        text.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
  }
}
