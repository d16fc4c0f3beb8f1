package dev.softgate.data;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.softgate.interop.Sha256;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads from files and from a server on this machine, good and bad ones. */
@Timeout(30)
class DownloadTest {

  private static final byte[] ARCHIVE =
      CifarFiles.archive(CifarFormat.CIFAR10, CifarFiles.of(CifarFormat.CIFAR10, 2));
  private static final String SHA256 = new Sha256().add(ARCHIVE).hex();
  private static final String NAME = "cifar-10-binary.tar.gz";

  @TempDir Path temp;
  private Path dataDir;
  private HttpServer server;
  private ExecutorService executor;

  @BeforeEach
  void startServer() throws IOException {
    dataDir = temp.resolve("new").resolve("data");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    executor = Executors.newCachedThreadPool();
    server.setExecutor(executor);
    server.createContext("/good", exchange -> answer(exchange, ARCHIVE.length, ARCHIVE));
    server.createContext("/unsized", exchange -> answer(exchange, 0, ARCHIVE));
    server.createContext("/html", exchange -> answer(exchange, 4, new byte[] {'<', 'a', '/', '>'}));
    server.createContext("/short", exchange -> answer(exchange, ARCHIVE.length + 1, ARCHIVE));
    server.createContext("/moved", exchange -> redirect(exchange, "/good"));
    server.createContext("/loop", exchange -> redirect(exchange, "/loop"));
    server.createContext("/local", exchange -> redirect(exchange, "file:///etc/hostname"));
    server.createContext("/odd", exchange -> redirect(exchange, "http://[broken"));
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
    executor.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/good", "/unsized", "/moved"})
  void keepsTheDownload(String path) throws IOException {
    Recorder recorder = new Recorder();
    Dataset downloaded = load(url(path), recorder);
    assertThat(downloaded.train().count()).isEqualTo(10);
    assertThat(downloaded.source()).contains(SHA256, "127.0.0.1");
    assertThat(recorder.log).startsWith("started").endsWith("finished");
    assertThat(recorder.total).isEqualTo(path.equals("/unsized") ? -1 : ARCHIVE.length);
    assertThat(recorder.received).isEqualTo(ARCHIVE.length);
    assertThat(dataDir.resolve(NAME)).hasBinaryContent(ARCHIVE);
    assertOnlyTheArchiveIsIn(dataDir);

    server.stop(0);
    Recorder second = new Recorder();
    assertThat(load(url(path), second).sha256()).isEqualTo(downloaded.sha256());
    assertThat(second.log).isEmpty();
  }

  @Test
  void copiesAFileUrl() throws IOException {
    Path file = Files.write(temp.resolve("an archive.tar.gz"), ARCHIVE);
    URI pinned = URI.create(file.toUri() + "#sha256=" + SHA256);
    assertThat(load(pinned, DownloadListener.NONE).train().count()).isEqualTo(10);
    assertThat(dataDir.resolve(NAME)).hasBinaryContent(ARCHIVE);
  }

  @Test
  void rejectsAnotherHash() {
    URI pinned =
        URI.create(
            url("/good") + "#sha256=" + (SHA256.startsWith("0") ? "1" : "0") + SHA256.substring(1));
    assertRejected(() -> load(pinned, DownloadListener.NONE), SHA256, "is discarded", "by hand");
    assertNothingIsKept();
  }

  @Test
  void checksTheOfficialHash() {
    CifarFormat.Official official = CifarFormat.CIFAR10.official();
    assertThat(official.url())
        .hasToString("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");
    Download download =
        new Download(
            new DownloadSource(url("/good"), official.sha256()), dataDir.resolve(NAME), 1 << 20);
    assertRejected(
        () -> download.fetch(DownloadListener.NONE, path -> "used"), official.sha256(), SHA256);
    assertNothingIsKept();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/good", "/unsized"})
  void limitsTheSize(String path) {
    Recorder recorder = new Recorder();
    Download download =
        new Download(
            new DownloadSource(url(path), null), dataDir.resolve(NAME), ARCHIVE.length - 1);
    assertRejected(() -> download.fetch(recorder, any -> "used"), "more than", "is discarded");
    assertThat(recorder.log).isEqualTo(path.equals("/good") ? "" : "started finished");
    assertNothingIsKept();
  }

  @Test
  void detectsABrokenConnection() {
    Recorder recorder = new Recorder();
    assertRejected(
        () -> load(url("/short"), recorder), "the download from", NAME, "by hand", "data-dir");
    assertThat(recorder.log) // empty where the JDK sees it before the first byte
        .isIn("", "started finished");
    assertNothingIsKept();
  }

  @Test
  void discardsOtherFiles() {
    assertRejected(() -> load(url("/html"), DownloadListener.NONE), "is discarded", "/html");
    assertNothingIsKept();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/none", "/loop", "/local", "/odd"})
  void reportsAnEmptyAnswerInOneLine(String path) {
    assertRejected(
        () -> load(url(path), DownloadListener.NONE),
        dataDir.toString(),
        "127.0.0.1",
        "put " + NAME + " there by hand",
        "data-url");
    assertNothingIsKept();
  }

  @Test
  void offlineErrorExplainsTheRemedy() {
    server.stop(0);
    assertRejected(
        () -> load(url("/good"), DownloadListener.NONE),
        dataDir + " has no data",
        url("/good").toString(),
        "put " + NAME + " there by hand");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://127.0.0.1/a.tar.gz",
        "relative/a.tar.gz",
        "file:relative.tar.gz",
        "jar:file:/a.jar!/b",
        "http:///no-host",
        "file:///tmp",
        "file:///no/such/file.tar.gz",
        "file://host/share.tar.gz",
        "http://127.0.0.1/a.tar.gz#md5=1",
        "http://127.0.0.1/a.tar.gz#sha256=12"
      })
  void rejectsInvalidUrls(String text) {
    assertRejected(() -> load(URI.create(text), DownloadListener.NONE), "data-url");
  }

  @Test
  void hidesSecretsInUrls() {
    URI secret = URI.create("http://me:hunter2@127.0.0.1/a.tar.gz");
    assertThat(catchThrowable(() -> DownloadSource.of(secret)))
        .hasMessageNotContaining("hunter2")
        .hasMessageContaining("password");
  }

  private Dataset load(URI url, DownloadListener listener) {
    return Datasets.load(new DatasetRequest("cifar10", dataDir, url, 0), listener);
  }

  private URI url(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path));
  }

  private void assertNothingIsKept() {
    assertThat(dataDir).isEmptyDirectory();
  }

  private static void assertOnlyTheArchiveIsIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly(NAME);
    }
  }

  private static void answer(HttpExchange exchange, long length, byte[] body) throws IOException {
    exchange.sendResponseHeaders(200, length);
    for (int at = 0; at < body.length; at += 1_000) {
      exchange
          .getResponseBody()
          .write(Arrays.copyOfRange(body, at, Math.min(body.length, at + 1_000)));
    }
    exchange.close();
  }

  private static void redirect(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().add("Location", to);
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  /** Remembers what it was told. */
  private static final class Recorder implements DownloadListener {
    private String log = "";
    private long total;
    private long received;

    @Override
    public void started(URI source, long totalBytes) {
      log += "started";
      total = totalBytes;
    }

    @Override
    public void advanced(long bytes) {
      received += bytes;
    }

    @Override
    public void finished() {
      log += " finished";
    }
  }
}
