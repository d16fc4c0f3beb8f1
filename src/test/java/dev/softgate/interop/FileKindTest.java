package dev.softgate.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FileKindTest {

  private static @Nullable FileKind of(String head) {
    return FileKind.of(head.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void recognizesWhatPeopleHandOverByMistake() {
    assertThat(of("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"))
        .isEqualTo(FileKind.LFS_POINTER);
    assertThat(of("\n<!DOCTYPE HTML>\n<html>")).isEqualTo(FileKind.WEB_PAGE);
    assertThat(of("<html lang=\"en\">")).isEqualTo(FileKind.WEB_PAGE);
    assertThat(of("\u0093NUMPY\u0001")).isEqualTo(FileKind.NUMPY);
    assertThat(of("\u0089HDF\r\n")).isEqualTo(FileKind.HDF5);
    assertThat(of("\u001f\u008b\b")).isEqualTo(FileKind.GZIP);
  }

  @Test
  void leavesOtherFilesAlone() {
    assertThat(of("")).isNull();
    assertThat(of("\u0093NUM")).isNull();
    assertThat(of("PK\u0003\u0004")).isNull();
    assertThat(of("version: 3")).isNull();
  }
}
