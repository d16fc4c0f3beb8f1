package dev.softgate.interop;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** A safetensors header, in its order: positions that cover the data without gaps, metadata. */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {

  /** The maximum size of a header: 100 MB, the reference implementation's limit. */
  static final int MAX_BYTES = 100_000_000;

  /** Ten times the tensors of the largest networks, and few enough for a small heap. */
  static final int MOST_TENSORS = 200_000;

  static final String METADATA = "__metadata__";

  /** The length of header length and header is a multiple of this, so that the data is aligned. */
  private static final int ALIGNMENT = 8;

  static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(MAX_BYTES)
                  .maxNameLength(MAX_BYTES)
                  .build())
          .build();

  /** A tensor's first byte, counted from the end of the header, and the byte after its last. */
  record Entry(ElementType type, List<Long> shape, long begin, long end) {
    HostTensor over(ByteBuffer bytes) {
      return HostTensor.of(type, bytes, shape.stream().mapToLong(Long::longValue).toArray());
    }
  }

  /** Parses the bytes of a header that must describe exactly {@code dataBytes} bytes. */
  static SafetensorsHeader parse(Path file, ByteBuffer json, long dataBytes) {
    return new SafetensorsHeaderParser(file).parse(json, dataBytes);
  }

  /** Places tensors one after the other, in the map's order. */
  static SafetensorsHeader of(Map<String, HostTensor> tensors, Map<String, String> metadata) {
    if (tensors.containsKey(METADATA)) {
      throw new IllegalArgumentException("no tensor can be named " + METADATA);
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    long begin = 0;
    for (Map.Entry<String, HostTensor> named : tensors.entrySet()) {
      HostTensor tensor = named.getValue();
      long end = begin + tensor.elements() * tensor.type().bytes();
      List<Long> shape = LongStream.of(tensor.shape()).boxed().toList();
      entries.put(named.getKey(), new Entry(tensor.type(), shape, begin, end));
      begin = end;
    }
    return new SafetensorsHeader(entries, metadata);
  }

  /** The start of a file: header length, header, and padding for the alignment. */
  byte[] toBytes() {
    return toBytes(0);
  }

  /** The same, with so much padding that it has at least this many bytes. */
  byte[] toBytes(int least) {
    byte[] json = toJson();
    int padded =
        (Math.max(json.length, least - Long.BYTES) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (padded > MAX_BYTES) {
      throw new IllegalArgumentException("the header is too long: " + padded + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(padded).put(json);
    while (bytes.hasRemaining()) {
      bytes.put((byte) ' ');
    }
    return bytes.array();
  }

  private byte[] toJson() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> text : metadata.entrySet()) {
          json.writeStringField(text.getKey(), text.getValue());
        }
        json.writeEndObject();
      }
      for (Map.Entry<String, Entry> named : entries.entrySet()) {
        json.writeObjectFieldStart(named.getKey());
        write(json, named.getValue());
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a safetensors header as JSON", e);
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, Entry entry) throws IOException {
    json.writeStringField("dtype", entry.type().name());
    json.writeArrayFieldStart("shape");
    for (long size : entry.shape()) {
      json.writeNumber(size);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("data_offsets");
    json.writeNumber(entry.begin());
    json.writeNumber(entry.end());
    json.writeEndArray();
  }
}
