package dev.softgate.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReviewServerTest {

  private static final String KEEP =
      "{\"at\":%d,\"decision\":\"KEEP\",\"label\":null,\"seconds\":1,\"filter\":\"ALL\"}";

  @TempDir Path folder;
  private ReviewServer server;
  private String host;
  private String page;

  /** Status, headers and body of an answer. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Answered(int status, String head, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(body);
    }
  }

  @BeforeEach
  void serve() throws IOException {
    SuspectFixture.write(folder, 6, 4, 3);
    open();
  }

  private void open() {
    server = SuspectFixture.serve(folder);
    host = "127.0.0.1:" + server.address().getPort();
    page = server.address().getPath();
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** Sends a request as it is: HTTP clients would correct paths and headers. */
  private Answered send(String method, String path, String body, String... headers)
      throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      byte[] content = body.getBytes(StandardCharsets.UTF_8);
      String request =
          "%s %s HTTP/1.1\r\nConnection: close\r\nContent-Length: %d\r\n%s\r\n"
              .formatted(
                  method,
                  path,
                  content.length,
                  Arrays.stream(headers).map(line -> line + "\r\n").reduce("", String::concat));
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(content);
      byte[] answer = socket.getInputStream().readAllBytes();
      String text = new String(answer, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      return new Answered(
          Integer.parseInt(text.split(" ", 3)[1]),
          text.substring(0, end),
          Arrays.copyOfRange(answer, end + 4, answer.length));
    }
  }

  private Answered get(String path) throws IOException {
    return send("GET", page + path, "", "Host: " + host);
  }

  private Answered post(String path, String body) throws IOException {
    return send(
        "POST",
        page + path,
        body,
        "Host: " + host,
        "Origin: http://" + host,
        "Content-Type: application/json");
  }

  @Test
  void pageLoadsOnlyFromTheServer() throws IOException {
    for (String part : List.of("", "review.js", "review.css", "icon.svg", "contents")) {
      Answered answer = get(part);
      assertThat(answer.status()).as(part).isEqualTo(200);
      assertThat(answer.head().toLowerCase(Locale.ROOT))
          .contains("content-security-policy: default-src 'none'; script-src 'self'; ")
          .doesNotContain("unsafe")
          .contains("cache-control: no-store", "referrer-policy: no-referrer")
          .contains("x-content-type-options: nosniff", "x-frame-options: deny");
    }
    assertThat(get("").text())
        .doesNotContain("http://", "https://", "onclick", "<style", " style=");
    assertThat(get("review.js").text()).doesNotContain("innerHTML", "eval(", "http://", "https://");
  }

  @Test
  void listensOnLoopbackWithALongToken() {
    assertThat(server.address().toString()).matches("http://127\\.0\\.0\\.1:\\d+/[0-9a-f]{32}/");
    ReviewServer other = SuspectFixture.serve(copy());
    assertThat(other.address().getPath()).isNotEqualTo(page);
    other.close();
  }

  private Path copy() {
    try {
      Path copy = Files.createDirectory(folder.resolve("copy"));
      Files.copy(folder.resolve("suspects.csv"), copy.resolve("suspects.csv"));
      return copy;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void rejectsOtherHostsAndOrigins() throws IOException {
    String port = host.substring(host.indexOf(':'));
    assertThat(send("GET", page, "", "Host: localhost" + port).status()).isEqualTo(200);
    for (String other :
        List.of("evil.example", "evil.example" + port, "127.0.0.1", "127.0.0.1:1")) {
      assertThat(send("GET", page, "", "Host: " + other).status()).as(other).isEqualTo(403);
    }
    assertThat(send("GET", page, "", "Host: " + host, "Host: evil.example").status())
        .isEqualTo(403);
    assertThat(send("GET", page, "", "Host: " + host, "Origin: http://" + host).status())
        .isEqualTo(200);
    for (String origin :
        List.of("http://evil.example", "null", "https://" + host, "http://127.0.0.1:1")) {
      assertThat(
              send(
                      "POST",
                      page + "decide",
                      KEEP.formatted(0),
                      "Host: " + host,
                      "Origin: " + origin,
                      "Content-Type: application/json")
                  .status())
          .as(origin)
          .isEqualTo(403);
    }
    assertThat(SuspectFixture.decisions(folder)).isEmpty();
  }

  @Test
  void rejectsRequestsWithoutTheToken() throws IOException {
    String wrong = "/" + "0".repeat(32) + "/";
    for (String path :
        List.of(
            "/",
            "/contents",
            wrong,
            wrong + "image/0",
            "/review.js",
            "/favicon.ico",
            page.substring(0, page.length() - 1),
            page.substring(0, 20) + "/",
            "/" + page,
            "/open/" + "0".repeat(32))) {
      Answered answer = send("GET", path, "", "Host: " + host);
      assertThat(answer.status()).as(path).isEqualTo(404);
      assertThat(answer.text()).doesNotContain(page);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../",
        "../../etc/passwd",
        "image/../../suspects.csv",
        "image/..%2f..%2fsuspects.csv",
        "image/0/../1",
        "image/-1",
        "image/1e3",
        "image/999999999",
        "image/6",
        "image/99999999999",
        "image//etc/passwd",
        "image/%2e%2e",
        "image/suspects.csv",
        "image/0%00.png",
        "image/",
        "thumb/",
        "review.html",
        "Access.class",
        "../review.js",
        "contents/",
        "at",
        "at?at=0",
        "at?filter=ALL&at=0",
        "at?at=0&filter=BOTH",
        "at?at=0&filter=ALL&x=1",
        "start",
        "decide",
        "%2e%2e/"
      })
  void rejectsPathsOutsideTheList(String path) throws IOException {
    assertThat(get(path).status()).isEqualTo(404);
  }

  @Test
  void headRequestPrintsNothing() throws IOException {
    List<String> printed = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            printed.add(record.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger jdk = Logger.getLogger("com.sun.net.httpserver");
    jdk.addHandler(handler);
    try {
      assertThat(send("HEAD", page, "", "Host: " + host).body()).isEmpty();
      assertThat(send("HEAD", "/", "", "Host: " + host).body()).isEmpty();
    } finally {
      jdk.removeHandler(handler);
    }
    assertThat(printed).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "PATCH"})
  void rejectsOtherMethods(String method) throws IOException {
    assertThat(send(method, page, "", "Host: " + host).status()).isEqualTo(405);
    assertThat(send("POST", page + "image/0", "{}", "Host: " + host).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"at\":0}",
        "{\"at\":6,\"decision\":\"KEEP\",\"seconds\":1,\"filter\":\"ALL\"}",
        "{\"at\":-1,\"decision\":\"KEEP\",\"seconds\":1,\"filter\":\"ALL\"}",
        "{\"at\":0,\"decision\":\"STEAL\",\"seconds\":1,\"filter\":\"ALL\"}",
        "{\"at\":0,\"decision\":\"RELABEL\",\"label\":\"no"
            + " such\",\"seconds\":1,\"filter\":\"ALL\"}",
        "{\"at\":0,\"decision\":\"RELABEL\",\"seconds\":1,\"filter\":\"ALL\"}",
        "{\"at\":0,\"decision\":\"KEEP\",\"seconds\":1e99,\"filter\":\"ALL\"}",
        "{\"at\":0,\"decision\":\"KEEP\",\"seconds\":1,\"filter\":\"ALL\",\"file\":\"/etc/passwd\"}"
      })
  void rejectsMalformedDecisions(String body) throws IOException {
    Answered answer = post("decide", body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("error").asText()).isNotEmpty().doesNotContain("\n");
    assertThat(SuspectFixture.decisions(folder)).isEmpty();
  }

  @Test
  void rejectsFormsAndLargeBodies() throws IOException {
    assertThat(
            send(
                    "POST",
                    page + "decide",
                    KEEP.formatted(0),
                    "Host: " + host,
                    "Content-Type: text/plain")
                .status())
        .isEqualTo(415);
    assertThat(post("decide", " ".repeat(70_000) + KEEP.formatted(0)).status()).isEqualTo(413);
    assertThat(SuspectFixture.decisions(folder)).isEmpty();
  }

  @Test
  void linkForTheBrowserWorksOnce() throws IOException {
    URI once = server.addressOnce();
    assertThat(once.toString()).doesNotContain(page);
    Answered first = send("GET", once.getPath(), "", "Host: " + host);
    assertThat(first.status()).isEqualTo(303);
    assertThat(first.head()).contains("Location: " + page);
    assertThat(send("GET", once.getPath(), "", "Host: " + host).status()).isEqualTo(404);
  }

  @Test
  void decisionIsOnTheDiskBeforeTheAnswer() throws IOException {
    for (int at = 0; at < 6; at++) {
      Answered answer = post("decide", KEEP.formatted(at));
      assertThat(SuspectFixture.decisions(folder)).hasSize(at + 1);
      JsonNode item = answer.json().get("item");
      if (at < 5) {
        assertThat(item.get("at").asInt()).isEqualTo(at + 1);
      } else {
        assertThat(item.isNull()).isTrue();
      }
    }
    assertThat(get("start?filter=ALL").json().at("/progress/decided").asInt()).isEqualTo(6);
    assertThat(get("start?filter=FLAGGED").json().at("/progress/images").asInt()).isEqualTo(4);
  }

  @Test
  void undoNeedsTheNumberOfDecisions() throws IOException {
    post("decide", KEEP.formatted(0));
    post("decide", KEEP.formatted(1));
    assertThat(post("undo", "{\"rows\":1,\"filter\":\"ALL\"}").status()).isEqualTo(409);
    Answered undone = post("undo", "{\"rows\":2,\"filter\":\"ALL\"}");
    assertThat(undone.json().at("/item/at").asInt()).isEqualTo(1);
    assertThat(undone.json().at("/item/decision").isNull()).isTrue();
    assertThat(SuspectFixture.decisions(folder)).hasSize(1);
  }

  @Test
  void failedWriteIsReportedAndTheImageStays() throws IOException {
    post("decide", KEEP.formatted(0));
    Files.writeString(folder.resolve("decisions.csv"), "edited");
    Answered answer = post("decide", KEEP.formatted(1));
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.json().get("error").asText())
        .startsWith("Not saved: ")
        .contains("was changed by another program");
    assertThat(get("start?filter=ALL").json().at("/item/at").asInt()).isEqualTo(1);
    assertThat(folder.resolve("decisions.csv")).hasContent("edited");
  }

  @Test
  void parallelTabsKeepTheFileWhole() throws Exception {
    ExecutorService tabs = Executors.newFixedThreadPool(4);
    try {
      List<Future<Answered>> answers =
          tabs.invokeAll(Collections.nCopies(60, () -> post("decide", KEEP.formatted(2))));
      for (Future<Answered> answer : answers) {
        assertThat(answer.get().status()).isEqualTo(200);
      }
    } finally {
      tabs.shutdownNow();
    }
    assertThat(SuspectFixture.decisions(folder)).hasSize(60);
    assertThat(DecisionsFile.read(folder.resolve("decisions.csv"))).hasSize(1);
  }

  @Test
  void nextVisitContinuesAfterTheLastDecision() throws IOException {
    post("decide", KEEP.formatted(0));
    post("decide", KEEP.formatted(3));
    server.close();
    open();
    assertThat(get("start?filter=ALL").json().at("/item/at").asInt()).isEqualTo(4);
    assertThat(get("after?at=5&filter=ALL").json().at("/item/at").asInt()).isEqualTo(1);
    assertThat(get("before?at=3&filter=FLAGGED").json().at("/item/at").asInt()).isEqualTo(2);
    assertThat(get("before?at=1&filter=FLAGGED").json().at("/item/decision/decision").asText())
        .isEqualTo("keep");
  }

  @Test
  void decisionAboutAnotherLabelDoesNotCount() throws IOException {
    post("decide", KEEP.formatted(0));
    server.close();
    Path table = folder.resolve("suspects.csv");
    Files.writeString(
        table, Files.readString(table).replace("image 0.png,class 000", "image 0.png,class 002"));
    open();
    assertThat(get("start?filter=ALL").json().at("/progress/decided").asInt()).isZero();
    post("decide", KEEP.formatted(0));
    assertThat(DecisionsFile.read(folder.resolve("decisions.csv")))
        .singleElement()
        .extracting(Decision::label)
        .isEqualTo("class 002");
  }

  @Test
  void showsImagesUprightAndShrunkAndExplainsOthers() throws IOException {
    ImageIO.write(
        new BufferedImage(3000, 1500, BufferedImage.TYPE_INT_RGB),
        "jpeg",
        folder.resolve("image 1.png").toFile());
    Files.delete(folder.resolve("image 2.png"));
    Files.createSymbolicLink(folder.resolve("image 2.png"), Path.of("/etc/passwd"));
    Files.delete(folder.resolve("image 3.png"));

    Answered small = get("image/0");
    assertThat(small.head()).contains("image/png");
    BufferedImage shown = ImageIO.read(new ByteArrayInputStream(small.body()));
    BufferedImage stored = ImageIO.read(folder.resolve("image 0.png").toFile());
    assertThat(shown.getRGB(8, 8)).isEqualTo(stored.getRGB(8, 8));
    Answered large = get("image/1");
    assertThat(large.head()).contains("image/jpeg");
    assertThat(ImageIO.read(new ByteArrayInputStream(large.body())).getHeight()).isEqualTo(512);
    assertThat(ImageIO.read(new ByteArrayInputStream(get("thumb/1").body())).getWidth())
        .isEqualTo(256);
    for (int broken : new int[] {2, 3}) {
      Answered refused = get("image/" + broken);
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.text()).contains("image %d.png".formatted(broken)).doesNotContain("root:");
    }
  }

  @Test
  void neighborsAreShownWithTheirLabels() throws IOException {
    server.close();
    for (String name : List.of("a", "b")) {
      SuspectFixture.picture(folder.resolve(name + ".png"), Color.BLUE);
    }
    Files.writeString(
        folder.resolve("neighbors.csv"),
        """
        file,class,rank,neighbor,similarity
        image 0.png,class 001,2,b.png,0.5
        image 0.png,class 001,1,a.png,0.9
        image 0.png,class 000,1,image 3.png,0.9
        """);
    open();
    JsonNode groups = get("at?at=0&filter=ALL").json().at("/item/groups");
    assertThat(groups.toString())
        .isEqualTo(
            "[{\"label\":\"class 000\",\"images\":[3]},{\"label\":\"class"
                + " 001\",\"images\":[6,7]}]");
    assertThat(get("thumb/7").status()).isEqualTo(200);
    assertThat(get("thumb/8").status()).isEqualTo(404);
    assertThat(get("contents").json().get("neighbors").asBoolean()).isTrue();
  }

  @Test
  void withoutNeighborsOtherImagesOfTheListAreShown() throws IOException {
    assertThat(get("contents").json().get("neighbors").asBoolean()).isFalse();
    assertThat(get("at?at=0&filter=ALL").json().at("/item/groups").toString())
        .as("images of class 000 other than image 0, and of class 001, unflagged ones first")
        .isEqualTo(
            "[{\"label\":\"class 000\",\"images\":[3]},{\"label\":\"class"
                + " 001\",\"images\":[4,1]}]");
  }

  @Test
  void secondReviewOfTheSameDecisionsIsRejected() {
    assertThatThrownBy(() -> SuspectFixture.serve(folder))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is open in another review");
  }

  @Test
  void explainsWhatCannotBeReviewed() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertRejected(empty, "has no suspects.csv");
    assertRejected(folder.resolve("absent"), "no such file or folder");
    Files.writeString(empty.resolve("suspects.csv"), "file,given,suggested\n");
    assertRejected(empty, "lists no image");
    Files.writeString(empty.resolve("suspects.csv"), "index,given,suggested\n3,a,b\n");
    assertRejected(empty, "names images by index");
    assertThat(empty.resolve("decisions.csv")).doesNotExist();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ReviewRequest request = new ReviewRequest(copy(), null, taken.getLocalPort(), Map.of());
      assertThatThrownBy(() -> ReviewServer.start(request))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("port %d cannot be used".formatted(taken.getLocalPort()));
    }
  }

  private static void assertRejected(Path source, String reason) {
    assertThatThrownBy(() -> SuspectFixture.serve(source))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void imagesOfASetWithoutFilesAreNamedByIndex() throws IOException {
    server.close();
    Path indexed = Files.createDirectory(folder.resolve("indexed"));
    Files.writeString(
        indexed.resolve("suspects.csv"), "index,given,suggested\n17,ring,disc\n3,disc,ring\n");
    server =
        ReviewServer.start(new ReviewRequest(indexed, null, 0, Map.of("dataset", "synthetic")));
    host = "127.0.0.1:" + server.address().getPort();
    page = server.address().getPath();
    assertThat(get("contents").json().get("classes").size()).isGreaterThan(2);
    assertThat(ImageIO.read(new ByteArrayInputStream(get("image/0").body())).getWidth())
        .isEqualTo(32);
    post("decide", KEEP.formatted(0));
    assertThat(indexed.resolve("decisions.csv"))
        .hasContent("index,given,decision,label,seconds\n17,ring,keep,ring,1.0\n");
  }

  @Test
  void folderOfScoresNamesItsSetAndSplit() throws IOException {
    server.close();
    Path scored = Files.createDirectory(folder.resolve("scored"));
    Files.writeString(
        scored.resolve("config.yaml"),
        RunConfig.defaults().with(Map.of("dataset", "synthetic")).toYaml());
    Files.writeString(scored.resolve("suspects.csv"), "index,given,suggested\n17,ring,disc\n");
    byte[] train = image(scored);
    Files.writeString(scored.resolve("scores.json"), "{\"split\":\"test\"}");
    byte[] test = image(scored);
    assertThat(test).isNotEqualTo(train);
  }

  private byte[] image(Path source) throws IOException {
    server = SuspectFixture.serve(source);
    host = "127.0.0.1:" + server.address().getPort();
    page = server.address().getPath();
    assertThat(get("contents").json().get("next").asText())
        .isEqualTo(
            "softgate apply --dataset synthetic --decisions %s --out corrected.csv"
                .formatted(source.resolve("decisions.csv")));
    byte[] shown = get("image/0").body();
    server.close();
    return shown;
  }

  @Test
  void finishEndsTheServer() throws Exception {
    post("decide", KEEP.formatted(0));
    assertThat(server.awaitFinish(10)).isFalse();
    Answered answer = post("finish", "{}");
    assertThat(answer.json().get("next").asText())
        .isEqualTo(
            "softgate apply --decisions %s --out corrected.csv"
                .formatted(folder.resolve("decisions.csv")));
    assertThat(server.awaitFinish(10_000)).isTrue();
  }
}
