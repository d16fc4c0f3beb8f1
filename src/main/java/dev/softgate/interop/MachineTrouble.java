package dev.softgate.interop;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Messages, without class names, for failures that the machine causes, such as a full disk. */
public final class MachineTrouble {

  /** The reason for a broken pipe. */
  public static final String NOBODY_READS = "the reader has closed it";

  /** What the system reports, in lower case, and the reason to show. */
  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("no space left on device", "the disk is full; free some space"),
          Map.entry("disk quota exceeded", "the disk quota is used up; free some space"),
          Map.entry("file too large", "the file outgrows the limit on file sizes (ulimit -f)"),
          Map.entry("read-only file system", "the file system is read-only"),
          Map.entry("permission denied", "permission denied"),
          Map.entry("operation not permitted", "permission denied"),
          Map.entry("no such file or directory", "no such file or folder"),
          Map.entry("not a directory", "a parent is not a folder"),
          Map.entry("is a directory", "it is a folder"),
          Map.entry("file name too long", "the name is too long"),
          Map.entry("stale file handle", "the network folder is gone"),
          Map.entry("input/output error", "the disk reports an error"),
          Map.entry("broken pipe", NOBODY_READS),
          Map.entry(
              "too many open files", "no file handles are left; raise the limit: ulimit -n 1024"));

  private static final String NATIVE =
      "out of memory: the machine has none left for the computation; use a smaller batch"
          + " or a smaller network, or close other programs";

  /** What libtorch, oneDNN and JavaCPP report if an allocation fails. */
  private static final Pattern NATIVE_ALLOCATION =
      Pattern.compile(
          "can't allocate memory|not enough memory|std::bad_alloc|out_of_memory|out of memory"
              + "|Cannot allocate new|Physical memory usage is too high|Cannot allocate memory",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern LAST_PARENTHESES =
      Pattern.compile(".*\\(([^()]+)\\)\\s*", Pattern.DOTALL);
  private static final int MEGABYTE = 1 << 20;
  private static final int FEW_HANDLES = 256;

  private MachineTrouble() {}

  /** Loads what {@link #describe} needs, while file handles are available. */
  public static void load() {
    describe(new UncheckedIOException("", new FileNotFoundException("x (y)")));
    describe(new NoClassDefFoundError("x"));
  }

  /** One line about a failure that the machine causes; null for a bug in the program. */
  public static @Nullable String describe(Throwable thrown) {
    String what = "";
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException failure) {
        String about = what.isEmpty() ? file(failure) : what;
        return OneLine.of(about.isEmpty() ? reason(failure) : about + ": " + reason(failure));
      }
      String message = Objects.requireNonNullElse(cause.getMessage(), "");
      if (cause instanceof ReadOnlyFileSystemException) {
        return (what.isEmpty() ? "" : what + ": ") + "the file system is read-only";
      }
      if (cause instanceof OutOfMemoryError) {
        return outOfMemory(message);
      }
      boolean loading = isLoading(cause);
      String unloaded = loading ? loading(message) : null;
      if (unloaded != null) {
        return unloaded;
      }
      if (!loading && NATIVE_ALLOCATION.matcher(message).find()) {
        return NATIVE;
      }
      if (cause instanceof UncheckedIOException
          && !message.equals(String.valueOf(cause.getCause()))) {
        what = message;
      }
    }
    return null;
  }

  public static String reason(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (failure instanceof EOFException) {
      return "the file ends too soon";
    }
    if (failure instanceof UnknownHostException) {
      return "no such host: " + failure.getMessage();
    }
    String said = said(failure);
    String lower = said.toLowerCase(Locale.ROOT);
    return REASONS.entrySet().stream()
        .filter(entry -> lower.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(said.isBlank() ? "reading or writing failed" : said);
  }

  private static boolean isLoading(Throwable failure) {
    return failure instanceof LinkageError
        || failure instanceof TypeNotPresentException
        || failure instanceof ClassNotFoundException;
  }

  /** Why code or a native library could not be loaded; null if the machine is not the cause. */
  private static @Nullable String loading(String message) {
    long limit = mostHandles();
    if (message.contains("Too many open files") || (limit > 0 && limit < FEW_HANDLES)) {
      return "no file handles are left (limit %d); raise the limit: ulimit -n 1024"
          .formatted(limit);
    }
    return message.contains("failed to map segment")
        ? "the native libraries cannot be loaded from the folder they are unpacked to; choose a"
            + " folder that allows execution with -Dorg.bytedeco.javacpp.cachedir=DIR in"
            + " SOFTGATE_JAVA_OPTS"
        : null;
  }

  private static long mostHandles() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : -1;
  }

  private static String outOfMemory(String message) {
    if (message.contains("native thread")) {
      return "out of memory or processes: no thread could be started; use fewer threads or raise"
          + " the limit (ulimit -u)";
    }
    return NATIVE_ALLOCATION.matcher(message).find() && !message.contains("heap")
        ? NATIVE
        : String.format(
            Locale.ROOT,
            "out of memory: the heap of %,d MB is full; enlarge it, for example with"
                + " SOFTGATE_JAVA_OPTS=-Xmx8g, or use fewer or smaller images",
            Runtime.getRuntime().maxMemory() / MEGABYTE);
  }

  /** The system's message: {@code x.csv (No space left on device)} has it in parentheses. */
  private static String said(IOException failure) {
    String message = Objects.requireNonNullElse(failure.getMessage(), "");
    if (failure instanceof FileSystemException system) {
      return Objects.requireNonNullElse(system.getReason(), message);
    }
    if (failure instanceof FileNotFoundException) {
      Matcher last = LAST_PARENTHESES.matcher(message);
      return last.matches() ? last.group(1) : message;
    }
    return message.replaceAll("\\b(?:[a-z]\\w*\\.)+[A-Z]\\w*(?:Exception|Error)(?:: )?", "");
  }

  private static String file(IOException failure) {
    if (failure instanceof FileSystemException system) {
      return Objects.requireNonNullElse(system.getFile(), "");
    }
    String message = Objects.requireNonNullElse(failure.getMessage(), "");
    int parenthesis = message.lastIndexOf(" (");
    return failure instanceof FileNotFoundException && parenthesis > 0
        ? message.substring(0, parenthesis)
        : "";
  }
}
