package dev.softgate.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {

  @TempDir private Path folder;
  private Path target;

  @BeforeEach
  void nameTheTarget() {
    target = folder.resolve("summary.json");
  }

  @Test
  void replacesTheFileAndLeavesNothingElse() throws IOException {
    AtomicFiles.writeString(target, "old, and longer");
    AtomicFiles.writeString(target, "néw");

    assertThat(target).hasContent("néw");
    assertThat(folder).isDirectoryNotContaining(file -> !file.equals(target));
  }

  @Test
  void keepsTheOldFileUntilTheNewOneIsComplete() throws IOException {
    AtomicFiles.writeString(target, "old");

    AtomicFiles.write(
        target,
        out -> {
          out.write('n');
          out.flush();
          assertThat(target).hasContent("old");
          try (var files = Files.list(folder)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                .filteredOn(name -> name.startsWith(".summary.json.") && name.endsWith(".tmp"))
                .hasSize(1);
          }
        });

    assertThat(target).hasContent("n");
  }

  @Test
  void keepsTheOldFileWhenTheBodyFails() {
    AtomicFiles.writeString(target, "old");

    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    target,
                    out -> {
                      out.write('n');
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("summary.json")
        .hasRootCauseMessage("disk full");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    target,
                    out -> {
                      throw new IllegalStateException("a bug");
                    }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(target).hasContent("old");
    assertThat(folder).isDirectoryNotContaining(file -> !file.equals(target));
  }

  @Test
  void deletesLeftoversOfKilledWriters() throws IOException {
    AtomicFiles.writeString(target, "whole");
    Path other = Files.writeString(folder.resolve(".notes.tmp"), "the user's");
    AtomicFiles.write(
        target,
        out -> {
          try (var files = Files.list(folder)) {
            Path temporary =
                files.filter(f -> !f.equals(target) && !f.equals(other)).findFirst().orElseThrow();
            String kill =
                temporary.getFileName().toString().replaceFirst("[0-9a-f]{8}", "0badf00d");
            Files.writeString(folder.resolve(kill), "half");
          }
        });

    assertThat(AtomicFiles.deleteLeftovers(folder)).isEqualTo(1);
    assertThat(folder).isDirectoryNotContaining(f -> !f.equals(target) && !f.equals(other));
    assertThat(AtomicFiles.deleteLeftovers(folder)).isZero();
  }

  @Test
  void replacesOnlyWhatItMayHaveWritten() throws IOException {
    AtomicFiles.requireReplaceable(target, "page", "<!doctype");
    Files.writeString(target, "<!DOCTYPE html>");
    AtomicFiles.requireReplaceable(target, "page", "<!doctype");
    Files.write(target, new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF});

    assertThatThrownBy(() -> AtomicFiles.requireReplaceable(target, "page", "<!doctype"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("exists and is no page");
  }

  @Test
  void namesTheTargetWhenItsFolderIsMissing() {
    Path nowhere = folder.resolve("missing").resolve("file");

    assertThatThrownBy(() -> AtomicFiles.writeString(nowhere, "x"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(nowhere.toString());
  }

  @Test
  void interruptNeitherStopsWritingNorIsLost() {
    Thread.currentThread().interrupt();

    AtomicFiles.writeString(target, "saved on the way out");

    assertThat(Thread.interrupted()).isTrue();
    assertThat(target).hasContent("saved on the way out");
  }
}
