package dev.softgate.interop;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts of a sealed safetensors file, so that a test can change one value and seal it again.
 * The result has a valid checksum, but the program would never write it. It shares no code with the
 * program's writer.
 */
public final class CraftedFile {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String METADATA = "__metadata__";
  private static final String SEAL = "sha256";

  private final ObjectNode header;
  private final Map<String, byte[]> data = new LinkedHashMap<>();

  private CraftedFile(ObjectNode header) {
    this.header = header;
  }

  /** Takes a valid file apart. */
  public static CraftedFile of(Path sealed) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(sealed)).order(ByteOrder.LITTLE_ENDIAN);
      byte[] json = new byte[(int) bytes.getLong()];
      bytes.get(json);
      CraftedFile file = new CraftedFile((ObjectNode) JSON.readTree(json));
      int start = bytes.position();
      for (String name : file.tensors()) {
        JsonNode offsets = file.header.get(name).get("data_offsets");
        byte[] own = new byte[offsets.get(1).asInt() - offsets.get(0).asInt()];
        bytes.position(start + offsets.get(0).asInt()).get(own);
        file.data.put(name, own);
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of the tensors, in order. */
  public List<String> tensors() {
    return header.properties().stream()
        .map(Map.Entry::getKey)
        .filter(name -> !name.equals(METADATA))
        .toList();
  }

  /** The keys of the metadata, without the seal's. */
  public List<String> keys() {
    return header.get(METADATA).properties().stream()
        .map(Map.Entry::getKey)
        .filter(key -> !key.equals(SEAL))
        .toList();
  }

  /** The text of a key of the metadata. */
  public String text(String key) {
    return header.get(METADATA).get(key).textValue();
  }

  /** Replaces a text of the metadata. */
  public CraftedFile text(String key, String text) {
    ((ObjectNode) header.get(METADATA)).put(key, text);
    return this;
  }

  /** Removes a text of the metadata. */
  public CraftedFile withoutText(String key) {
    ((ObjectNode) header.get(METADATA)).remove(key);
    return this;
  }

  /** The value that a text of the metadata holds as JSON. */
  public JsonNode json(String key) {
    try {
      return JSON.readTree(text(key));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Replaces a value within a JSON text of the metadata.
   *
   * @param pointer the value's position, such as {@code /history/0/epoch}
   * @param value JSON text
   */
  public CraftedFile json(String key, String pointer, String value) {
    try {
      JsonNode root = json(key);
      int slash = pointer.lastIndexOf('/');
      JsonNode parent = root.at(pointer.substring(0, slash));
      String last = pointer.substring(slash + 1);
      JsonNode node = JSON.readTree(value);
      if (parent instanceof ArrayNode list) {
        list.set(Integer.parseInt(last), node);
      } else {
        ((ObjectNode) parent).set(last, node);
      }
      return text(key, root.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes a value from a JSON text of the metadata. */
  public CraftedFile withoutJson(String key, String pointer) {
    JsonNode root = json(key);
    int slash = pointer.lastIndexOf('/');
    ((ObjectNode) root.at(pointer.substring(0, slash))).remove(pointer.substring(slash + 1));
    return text(key, root.toString());
  }

  /** Replaces a setting of any section in the configuration's YAML text. */
  public CraftedFile config(String key, String value) {
    String yaml = text("config");
    String changed = yaml.replaceFirst("(?m)^(  " + key + ":) .*$", "$1 " + value);
    if (changed.equals(yaml)) {
      throw new IllegalArgumentException("no other value of " + key + " in " + yaml);
    }
    return text("config", changed);
  }

  /** The type of a tensor in the header, such as {@code F32}. */
  public String type(String name) {
    return header.get(name).get("dtype").textValue();
  }

  /** Replaces a tensor, or adds one. */
  public CraftedFile tensor(String name, HostTensor tensor) {
    byte[] bytes = new byte[tensor.data().remaining()];
    tensor.data().get(bytes);
    data.put(name, bytes);
    ObjectNode entry = header.putObject(name).put("dtype", tensor.type().name());
    ArrayNode shape = entry.putArray("shape");
    for (long size : tensor.shape()) {
      shape.add(size);
    }
    return this;
  }

  /** Changes a tensor's type and shape in the header, but not its bytes. */
  public CraftedFile entry(String name, String type, long... shape) {
    ObjectNode entry = ((ObjectNode) header.get(name)).put("dtype", type);
    ArrayNode sizes = entry.putArray("shape");
    for (long size : shape) {
      sizes.add(size);
    }
    return this;
  }

  /** Fills a float32 tensor with a value. */
  public CraftedFile fill(String name, float value) {
    ByteBuffer bytes = ByteBuffer.wrap(data.get(name)).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putFloat(value);
    }
    return this;
  }

  /** Sets one element of a float32 tensor. */
  public CraftedFile element(String name, int index, float value) {
    ByteBuffer.wrap(data.get(name)).order(ByteOrder.LITTLE_ENDIAN).putFloat(4 * index, value);
    return this;
  }

  /** Removes a tensor. */
  public CraftedFile withoutTensor(String name) {
    header.remove(name);
    data.remove(name);
    return this;
  }

  /** Seals and writes. */
  public void write(Path file) {
    long begin = 0;
    for (String name : tensors()) {
      long end = begin + requireNonNull(data.get(name)).length;
      ((ObjectNode) header.get(name)).putArray("data_offsets").add(begin).add(end);
      begin = end;
    }
    String empty = "0".repeat(64);
    byte[] unsealed = bytes(text(SEAL, empty).header.toString());
    String digits = HexFormat.of().formatHex(sha256(unsealed));
    try {
      Files.write(file, bytes(text(SEAL, digits).header.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] bytes(String json) {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    int padded = (text.length + 7) / 8 * 8;
    ByteBuffer start =
        ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(text);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(start.array());
    tensors().forEach(name -> bytes.writeBytes(data.get(name)));
    return bytes.toByteArray();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
