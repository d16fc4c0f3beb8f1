package dev.softgate.review;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.softgate.interop.ReportJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * An HTTP answer. A browser does not keep it, frame it, or load anything from elsewhere for it.
 *
 * @param last whether the server ends after it
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
record Answer(int status, String type, byte[] body, boolean last) {

  static final int OK = 200;
  static final int SEE_OTHER = 303;
  static final int BAD_REQUEST = 400;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int METHOD_NOT_ALLOWED = 405;
  static final int CONFLICT = 409;
  static final int TOO_LARGE = 413;
  static final int WRONG_TYPE = 415;
  static final int UNREADABLE = 422;
  static final int FAILED = 500;

  /** A reason why a request is not answered; the keys are those of the page. */
  record Problem(String error) {}

  Answer(int status, String type, byte[] body) {
    this(status, type, body, false);
  }

  static Answer json(Record value) {
    return json(OK, value);
  }

  /** The same, as the last answer of the server. */
  Answer asLast() {
    return new Answer(status, type, body, true);
  }

  static Answer problem(int status, String reason) {
    return json(status, new Problem(reason));
  }

  private static Answer json(int status, Record value) {
    return new Answer(
        status,
        "application/json; charset=utf-8",
        ReportJson.line(value).getBytes(StandardCharsets.UTF_8));
  }

  void send(HttpExchange exchange) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("X-Frame-Options", "DENY");
    headers.set(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    if (body.length == 0 || exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1); // the JDK prints a warning about another length
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
