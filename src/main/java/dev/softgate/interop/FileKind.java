package dev.softgate.interop;

import dev.softgate.BadInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Kinds of files that people hand over instead of a network, recognized by how they begin. */
public enum FileKind {
  /** What a clone has in place of a large file. */
  LFS_POINTER("a Git LFS pointer, not the file itself", "fetch the file with: git lfs pull"),
  /** What a download gives where the address is that of a page about the file. */
  WEB_PAGE("a web page", "download the file itself, not the page about it"),
  /** An array of {@code numpy.save}. */
  NUMPY("a NumPy array", "save the state_dict() with torch.save or as safetensors"),
  /** Keras's format, and that of MATLAB. */
  HDF5("an HDF5 file", "save the state_dict() with torch.save or as safetensors"),
  /** Such as a tar archive. */
  GZIP("compressed with gzip", "decompress it first");

  public static final int BYTES = 512;

  private final String description;
  private final String remedy;

  FileKind(String description, String remedy) {
    this.description = description;
    this.remedy = remedy;
  }

  /** An error that says what the file is and what to do. */
  public BadInputException refusal(Path file) {
    return new BadInputException("%s is %s; %s".formatted(OneLine.of(file), description, remedy));
  }

  /** Recognizes a file by its first {@value #BYTES} bytes; null for any other kind. */
  public static @Nullable FileKind of(byte[] bytes) {
    String head = new String(bytes, 0, Math.min(bytes.length, BYTES), StandardCharsets.ISO_8859_1);
    String text = head.stripLeading().toLowerCase(Locale.ROOT);
    if (text.startsWith("version https://git-lfs")) {
      return LFS_POINTER;
    }
    if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
      return WEB_PAGE;
    }
    if (head.startsWith("\u0093NUMPY")) {
      return NUMPY;
    }
    if (head.startsWith("\u0089HDF")) {
      return HDF5;
    }
    return head.startsWith("\u001f\u008b") ? GZIP : null;
  }
}
