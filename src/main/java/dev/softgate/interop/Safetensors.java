package dev.softgate.interop;

import dev.softgate.BadInputException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads and writes <a href="https://github.com/huggingface/safetensors">safetensors</a> files:
 * eight bytes with the header's length (little-endian), a JSON header with each tensor's type,
 * shape and position, then the tensors' bytes without gaps.
 *
 * <p>Reading is strict: no memory is allocated beyond the file's size, and a tensor above 2 GiB is
 * refused. Writing is deterministic and atomic: tensors in the map's order, metadata sorted by key.
 *
 * <p>A <em>sealed</em> file stores in its metadata, under {@value #SEAL_KEY}, the SHA-256 of the
 * whole file, computed with zeros in place of the digest's 64 digits. {@link #readSealed} detects
 * any flipped bit.
 */
public final class Safetensors {

  public static final String SEAL_KEY = "sha256";

  private Safetensors() {}

  /** The contents of a file, in the header's order. */
  public record Contents(Map<String, HostTensor> tensors, Map<String, String> metadata) {
    public Contents {
      tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
      metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** The tensor of that name; BadInputException, naming the tensor and not the file, if none. */
    public HostTensor tensor(String name) {
      HostTensor tensor = tensors.get(name);
      if (tensor == null) {
        throw noTensor(name, tensors.size());
      }
      return tensor;
    }
  }

  static BadInputException noTensor(String name, int tensors) {
    return new BadInputException(
        "there is no tensor \"%s\" among the file's %d tensors; check that it is the right kind of file"
            .formatted(name, tensors));
  }

  /** Whether a file begins with a length and an opening brace; BadInputException without a file. */
  public static boolean begins(Path file) {
    return SafetensorsSource.begins(file);
  }

  /** A tensor as a header describes it; sizes outermost first. */
  public record Described(ElementType type, List<Long> shape) {

    public long elements() {
      return shape.stream().reduce(1L, (a, b) -> a * b); // the parser has checked the number of
      // bytes
    }

    @Override
    public String toString() {
      return type + shape.toString();
    }
  }

  /** A sealed file: its checksum is verified, its tensors are not read. */
  public static final class Sealed implements AutoCloseable {
    private final SafetensorsSource source;

    private Sealed(SafetensorsSource source) {
      this.source = source;
    }

    /** The tensors by name, in the header's order. */
    public Map<String, Described> tensors() {
      Map<String, Described> tensors = new LinkedHashMap<>();
      source
          .header()
          .entries()
          .forEach((name, e) -> tensors.put(name, new Described(e.type(), e.shape())));
      return tensors;
    }

    /** The metadata by key, without the seal. */
    public Map<String, String> metadata() {
      return unsealed(source.header().metadata());
    }

    /** Reads one tensor; BadInputException, naming the tensor and not the file, if none. */
    public HostTensor tensor(String name) {
      return source.tensor(name);
    }

    public Contents contents() {
      Contents contents = source.contents();
      return new Contents(contents.tensors(), unsealed(contents.metadata()));
    }

    private static Map<String, String> unsealed(Map<String, String> metadata) {
      Map<String, String> own = new LinkedHashMap<>(metadata);
      own.remove(SEAL_KEY);
      return own;
    }

    @Override
    public void close() {
      source.close();
    }
  }

  /** Reads a file without checking a seal; BadInputException if missing or not valid. */
  public static Contents read(Path file) {
    try (SafetensorsSource source = SafetensorsSource.open(file)) {
      return source.contents();
    }
  }

  /** Reads a file's metadata and checks its header; BadInputException if missing or not valid. */
  public static Map<String, String> readMetadata(Path file) {
    try (SafetensorsSource source = SafetensorsSource.open(file)) {
      return Collections.unmodifiableMap(new LinkedHashMap<>(source.header().metadata()));
    }
  }

  /**
   * Reads a sealed file; BadInputException if it has no seal, does not match it, or is not valid.
   */
  public static Contents readSealed(Path file) {
    try (Sealed sealed = openSealed(file)) {
      return sealed.contents();
    }
  }

  /** Opens a sealed file; BadInputException if it has no seal or does not match it. */
  public static Sealed openSealed(Path file) {
    SafetensorsSource source = SafetensorsSource.open(file);
    try {
      source.verifySeal();
      return new Sealed(source);
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /** Writes a file; UncheckedIOException if that fails, an existing file unchanged. */
  public static void write(
      Path file, Map<String, HostTensor> tensors, Map<String, String> metadata) {
    writeAll(file, SafetensorsHeader.of(tensors, new TreeMap<>(metadata)).toBytes(), tensors);
  }

  /** Writes a file with a checksum of itself; otherwise as {@link #write}. */
  public static void writeSealed(
      Path file, Map<String, HostTensor> tensors, Map<String, String> metadata) {
    if (metadata.containsKey(SEAL_KEY)) {
      throw new IllegalArgumentException(
          "the metadata key " + SEAL_KEY + " is reserved for the seal");
    }
    TreeMap<String, String> sealed = new TreeMap<>(metadata);
    sealed.put(SEAL_KEY, Seal.PLACEHOLDER);
    byte[] header = SafetensorsHeader.of(tensors, sealed).toBytes();
    Seal.fillIn(header, tensors.values());
    writeAll(file, header, tensors);
  }

  private static void writeAll(Path file, byte[] header, Map<String, HostTensor> tensors) {
    AtomicFiles.write(
        file,
        (OutputStream out) -> {
          out.write(header);
          for (HostTensor tensor : tensors.values()) {
            tensor.writeTo(out);
          }
        });
  }
}
