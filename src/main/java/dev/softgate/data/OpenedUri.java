package dev.softgate.data;

import dev.softgate.interop.OneLine;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** An open file from {@code http}, {@code https} or {@code file}; −1 bytes if unknown. */
record OpenedUri(InputStream content, long totalBytes) implements Closeable {

  private static final int CONNECT_MILLIS = 20_000;

  /** The longest wait for a byte. */
  private static final int STALL_MILLIS = 60_000;

  private static final int MAX_REDIRECTS = 5;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  static OpenedUri open(URI uri) throws IOException {
    return "file".equals(uri.getScheme()) ? openFile(uri) : openHttp(uri);
  }

  private static OpenedUri openFile(URI uri) throws IOException {
    Path file;
    try {
      file = Path.of(uri);
    } catch (IllegalArgumentException e) {
      throw new IOException("not the URL of a local file", e);
    }
    if (!Files.isRegularFile(file)) {
      throw new FileNotFoundException("no such file");
    }
    return new OpenedUri(Files.newInputStream(file), Files.size(file));
  }

  /** Follows redirects, since the JDK does not follow them from http to https. */
  private static OpenedUri openHttp(URI uri) throws IOException {
    URI current = uri;
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      HttpURLConnection connection = connect(current);
      int status = connection.getResponseCode();
      if (status == HttpURLConnection.HTTP_OK) {
        return new OpenedUri(
            connection.getInputStream(), connection.getHeaderFieldLong("Content-Length", -1));
      }
      String location = connection.getHeaderField("Location");
      connection.disconnect();
      if (!REDIRECTS.contains(status) || location == null) {
        throw new IOException("the server answered with status " + status);
      }
      current = redirected(current, location);
    }
    throw new IOException("more than %d redirects".formatted(MAX_REDIRECTS));
  }

  private static HttpURLConnection connect(URI uri) throws IOException {
    if (!(uri.toURL().openConnection() instanceof HttpURLConnection connection)) {
      throw new IOException("not an http connection");
    }
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(STALL_MILLIS);
    connection.setRequestProperty("User-Agent", "softgate");
    return connection;
  }

  private static URI redirected(URI from, String location) throws IOException {
    URI to;
    try {
      to = from.resolve(new URI(location));
    } catch (URISyntaxException e) {
      throw new IOException("the server redirects to no URL", e);
    }
    boolean web = "https".equals(to.getScheme()) || "http".equals(to.getScheme());
    if (!web || ("https".equals(from.getScheme()) && "http".equals(to.getScheme()))) {
      throw new IOException("the server redirects to " + OneLine.of(to));
    }
    return to;
  }

  @Override
  public void close() throws IOException {
    content.close();
  }
}
