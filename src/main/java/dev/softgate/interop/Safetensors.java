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
 * Reads and writes safetensors files: eight bytes of header length (little-endian), a JSON header
 * that gives each tensor's type, shape and place, then the tensors' bytes without gaps. The format
 * is that of <a href="https://github.com/huggingface/safetensors">safetensors</a>, so PyTorch and
 * NumPy read what is written here, and the other way round.
 *
 * <p>Reading is strict: whatever departs from the format is refused with the file's name and the
 * reason, and nothing is allocated that the file is too short to fill. A tensor beyond 2 GiB, the
 * limit of a Java buffer, is refused as well.
 *
 * <p>Writing is deterministic: the same tensors in the same order with the same metadata give the
 * same bytes. It is atomic as {@link AtomicFiles} says.
 *
 * <p>A <em>sealed</em> file carries in its metadata, under {@value #SEAL_KEY}, the SHA-256 of the
 * whole file taken with that digest's 64 digits replaced by zeros. It is an ordinary safetensors
 * file to any other reader, and one flipped bit anywhere in it is noticed by {@link #readSealed}.
 */
public final class Safetensors {

  /** The metadata key of a sealed file's checksum. */
  public static final String SEAL_KEY = "sha256";

  private Safetensors() {}

  /**
   * What a file holds.
   *
   * @param tensors by name, in the order of the header
   * @param metadata text by key, in the order of the header; empty where the file has none
   */
  public record Contents(Map<String, HostTensor> tensors, Map<String, String> metadata) {
    /** Copies both maps, keeping their order. */
    public Contents {
      tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
      metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * The tensor of that name.
     *
     * @throws BadInputException if there is none; it names the tensor, not the file
     */
    public HostTensor tensor(String name) {
      HostTensor tensor = tensors.get(name);
      if (tensor == null) {
        throw new BadInputException(
            "there is no tensor \"%s\" among the %d of the file; check that it is of the right kind"
                .formatted(name, tensors.size()));
      }
      return tensor;
    }
  }

  /**
   * Whether a file begins as this format does: a length and an opening brace. Files of {@code
   * torch.save} do not, whatever they are called.
   *
   * @throws BadInputException if there is no such file
   */
  public static boolean begins(Path file) {
    return SafetensorsSource.begins(file);
  }

  /**
   * What a header says of a tensor.
   *
   * @param shape the sizes, outermost first
   */
  public record Described(ElementType type, List<Long> shape) {

    /** The number of elements: the product of the sizes. */
    public long elements() {
      return shape.stream().reduce(1L, (a, b) -> a * b); // the header's parser checked the bytes
    }

    @Override
    public String toString() {
      return type + shape.toString();
    }
  }

  /** A sealed file whose checksum is right and whose tensors have not been read. */
  public static final class Sealed implements AutoCloseable {
    private final SafetensorsSource source;

    private Sealed(SafetensorsSource source) {
      this.source = source;
    }

    /** The tensors by name, in the order of the header. */
    public Map<String, Described> tensors() {
      Map<String, Described> tensors = new LinkedHashMap<>();
      source
          .header()
          .entries()
          .forEach((name, e) -> tensors.put(name, new Described(e.type(), e.shape())));
      return tensors;
    }

    /** Text by key, without the seal. */
    public Map<String, String> metadata() {
      return unsealed(source.header().metadata());
    }

    /** All that the file holds. */
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

  /**
   * Reads a file, sealed or not, without looking at a seal.
   *
   * @throws BadInputException if there is no such file or it is not valid safetensors
   */
  public static Contents read(Path file) {
    try (SafetensorsSource source = SafetensorsSource.open(file)) {
      return source.contents();
    }
  }

  /**
   * Reads a file's metadata alone; the header is checked in full, the tensors are not read.
   *
   * @throws BadInputException if there is no such file or its header is not valid
   */
  public static Map<String, String> readMetadata(Path file) {
    try (SafetensorsSource source = SafetensorsSource.open(file)) {
      return Collections.unmodifiableMap(new LinkedHashMap<>(source.header().metadata()));
    }
  }

  /**
   * Reads a file that {@link #writeSealed} wrote. The metadata comes back as it was given, without
   * the seal.
   *
   * @throws BadInputException if the file carries no seal, does not match it, or is not valid
   */
  public static Contents readSealed(Path file) {
    try (Sealed sealed = openSealed(file)) {
      return sealed.contents();
    }
  }

  /**
   * Opens a file that {@link #writeSealed} wrote, so that its header can be judged before its
   * tensors are read.
   *
   * @throws BadInputException if the file carries no seal, or does not match it
   */
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

  /**
   * Writes a file.
   *
   * @param tensors written in the map's order
   * @param metadata written sorted by key
   * @throws java.io.UncheckedIOException if writing fails; an older file of that name then stays
   */
  public static void write(
      Path file, Map<String, HostTensor> tensors, Map<String, String> metadata) {
    writeAll(file, SafetensorsHeader.of(tensors, new TreeMap<>(metadata)).toBytes(), tensors);
  }

  /**
   * Writes a file that can tell whether it is undamaged.
   *
   * @param tensors written in the map's order
   * @param metadata written sorted by key; must not use {@value #SEAL_KEY}
   * @throws java.io.UncheckedIOException if writing fails; an older file of that name then stays
   */
  public static void writeSealed(
      Path file, Map<String, HostTensor> tensors, Map<String, String> metadata) {
    if (metadata.containsKey(SEAL_KEY)) {
      throw new IllegalArgumentException("the metadata key " + SEAL_KEY + " is the seal's own");
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
