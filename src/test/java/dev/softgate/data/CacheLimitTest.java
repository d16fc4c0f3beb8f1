package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheLimitTest {

  @TempDir Path cache;

  /** Four segments of 100 bytes, b the oldest, then a1, c, a2. */
  @BeforeEach
  void writeSegments() throws IOException {
    write("a/32/a2.pixels", Duration.ofHours(1));
    write("c/32/c.pixels", Duration.ofHours(2));
    write("a/32/a1.pixels", Duration.ofHours(3));
    write("b/64/b.pixels", Duration.ofHours(4));
  }

  private void write(String name, Duration age) throws IOException {
    Path file = cache.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[100]);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
  }

  private List<String> left(String inUse, long most) throws IOException {
    CacheLimit.enforce(cache, cache.resolve(inUse), most);
    try (Stream<Path> files = Files.walk(cache)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void deletesWhatWasOpenedLongestAgo() throws IOException {
    assertThat(left("c/32", 400)).hasSize(4);
    assertThat(left("c/32", 399)).containsExactly("a1.pixels", "a2.pixels", "c.pixels");
    CacheLimit.touch(cache.resolve("a/32/a1.pixels"));
    assertThat(left("none", 200)).containsExactly("a1.pixels", "a2.pixels");
  }

  @Test
  void keepsTheSetInUse() throws IOException {
    assertThat(left("a/32", 0)).containsExactly("a1.pixels", "a2.pixels");
    assertThat(left("b/64", 0)).isEmpty();
  }

  @Test
  void deletesWhatKilledProcessesLeft() throws IOException {
    write("b/64/.part-old", Duration.ofDays(2));
    write("b/64/.part-new", Duration.ofMinutes(2));
    write("b/64/other", Duration.ofDays(9));
    assertThat(left("b/64", 1000)).hasSize(6).contains(".part-new", "other");
  }

  @Test
  void survivesDeletionByAnotherProcess() throws IOException {
    assertThat(left("a/32", 0)).hasSize(2);
    CacheLimit.enforce(cache.resolve("absent"), cache, 0);
    CacheLimit.touch(cache.resolve("absent"));
    assertThat(CacheLimit.delete(cache.resolve("absent"))).isTrue();
    assertThat(CacheLimit.delete(cache.resolve("a"))).as("a folder with files").isFalse();
  }
}
