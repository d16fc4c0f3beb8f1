package dev.softgate.interop.pytorch;

import static dev.softgate.interop.pytorch.PickleBytes.boxed;
import static dev.softgate.interop.pytorch.PickleBytes.call;
import static dev.softgate.interop.pytorch.PickleBytes.orderedDictionary;
import static dev.softgate.interop.pytorch.PickleBytes.storage;
import static dev.softgate.interop.pytorch.PickleBytes.tensor;
import static dev.softgate.interop.pytorch.TorchFileBytes.floats;
import static dev.softgate.interop.pytorch.TorchFileBytes.longs;
import static dev.softgate.interop.pytorch.TorchFileBytes.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.softgate.BadInputException;
import dev.softgate.interop.pytorch.PickleBytes.Script;
import dev.softgate.interop.pytorch.TorchFileBytes.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class TorchRefusalTest {

  private static final long MAX = Long.MAX_VALUE;
  private static final Storage SIX_FLOATS = floats(1, 2, 3, 4, 5, 6);
  private static final Map<String, Storage> SIX = Map.of("0", SIX_FLOATS);
  private static final Script SIX_ID = storage("FloatStorage", "0", 6);
  private static final Script SIX_TENSOR = tensor(SIX_ID, 0, new long[] {6}, new long[] {1});

  private static final String NOT_PYTORCH =
      "it is a pickle that torch.save did not write; save the state_dict() alone with torch.save";

  @TempDir private Path folder;

  private void assertRefused(byte[] bytes, String reason) throws IOException {
    Path file = Files.write(folder.resolve("broken.pth"), bytes);
    assertThatThrownBy(() -> TorchFile.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(reason)
        .message()
        .hasLineCount(1)
        .hasSizeLessThan(800);
  }

  /** Pickles that are refused, in either format. */
  static Stream<Arguments> pickles() {
    Script none = pickle -> pickle.value(null);
    return Stream.of(
        // code
        arguments(call("os", "system", "true"), "asks for os.system, which no saved network needs"),
        arguments(call("posix", "system", "true"), "asks for posix.system"),
        arguments(call("builtins", "eval", "1"), "asks for builtins.eval"),
        arguments(
            call("__builtin__", "getattr", "1", "2"),
            "it holds a whole object (__builtin__.getattr)"),
        arguments(call("torch", "load", "x"), "asks for torch.load"),
        arguments(call("torch.hub", "load", "x"), "asks for torch.hub.load"),
        arguments(call("datetime", "date", 1), "it holds a whole object (datetime.date)"),
        arguments(call("torch", "ComplexFloat"), "it holds a whole object (torch.ComplexFloat)"),
        arguments(call("__main__", "Net"), "it holds a whole object (__main__.Net)"),
        arguments(
            call("a\u2028b", "c\rd" + "x".repeat(500)), "it holds a whole object (a?b.c?dxxx"),
        arguments(
            (Script) pickle -> pickle.value("os").value("system").opcode(0x93).value(null),
            "asks for os.system"),
        arguments(
            (Script) pickle -> pickle.opcode('(').value("true").opcode('i').ascii("os\nsystem\n"),
            "asks for os.system"),
        arguments((Script) pickle -> pickle.value(7).value("x").opcode(0x93), "is a string"),
        arguments((Script) pickle -> pickle.global("x".repeat(2000), "y"), "more than 1000 bytes"),
        arguments((Script) pickle -> pickle.opcode('c').ascii("os"), "cut short"),
        // opcodes of classes and of other protocols
        arguments(
            (Script) pickle -> pickle.value(map()).value(map()).opcode(0x81),
            "an object of a dict"),
        arguments((Script) pickle -> pickle.opcode('(', 'o'), "an object without a class"),
        arguments((Script) pickle -> pickle.value(map()).opcode(0x97), "opcode 0x97"),
        arguments((Script) pickle -> pickle.value(7).opcode('(', 0x90), "adds 0 items to an int"),
        arguments((Script) pickle -> pickle.opcode(0x8b).int32(-1), "cut short"),
        arguments((Script) pickle -> pickle.ascii("I1x\n"), "a malformed number"),
        arguments(
            map("state_dict", map("w", SIX_TENSOR), "x", call("nt", "system", "true")),
            "asks for nt.system"),
        arguments((Script) pickle -> pickle.opcode(0x82, 1), "opcode 0x82"),
        arguments((Script) pickle -> pickle.ascii("Px\n"), "opcode 0x50"),
        arguments((Script) pickle -> pickle.opcode(0x80, 6), "protocol 6"),
        // calls with invalid arguments
        arguments(call("collections", "OrderedDict", 1), "argument 1 of collections.OrderedDict"),
        arguments(call("collections", "OrderedDict", 1, 2), "OrderedDict with 2 arguments"),
        arguments(
            call("collections", "OrderedDict", List.of(1)),
            "argument 1 of collections.OrderedDict"),
        arguments(call("collections", "OrderedDict", List.of(List.of(1))), "made of pairs"),
        arguments(call("collections", "Counter", 1), "is an int, not a dict"),
        arguments(call("torch", "Size", "x"), "is a string, not a tuple"),
        arguments(call("torch._utils", "_rebuild_tensor_v2"), "with 0 arguments"),
        arguments(call("torch._utils", "_rebuild_tensor", 1, 2, 3, 4), "is an int, not a storage"),
        arguments(call("torch._utils", "_rebuild_parameter", 1, 2, 3), "is an int, not a tensor"),
        arguments(rebuild(SIX_ID, "x", boxed(1), boxed(1)), "made of whole numbers"),
        arguments(rebuild(SIX_ID, 0, boxed(1), 7), "is an int, not a tuple"),
        arguments(rebuild(SIX_ID, 0, new Object[] {true}, boxed(1)), "made of whole numbers"),
        arguments(call("numpy.core.multiarray", "scalar", 1, "x"), "not a NumPy type"),
        arguments(
            (Script) pickle -> pickle.value(1).value(new Object[0]).opcode('R'), "calls an int"),
        arguments(
            (Script) pickle -> pickle.global("torch", "Size").value(7).opcode('R'),
            "calls torch.Size with an int"),
        arguments(
            (Script) pickle -> pickle.global("torch", "FloatStorage").value(boxed(6)).opcode('R'),
            "calls a type"),
        arguments(
            (Script) pickle -> pickle.global("torch", "float32").value(boxed(6)).opcode('R'),
            "it holds a whole object (torch.float32)"),
        arguments(nestedRebuild(1), "a function that rebuilds a tensor"),
        arguments(nestedRebuild(20_000), "a function that rebuilds a tensor"),
        // states
        arguments((Script) pickle -> pickle.value(map()).value(7).opcode('b'), "a dict to an int"),
        arguments((Script) pickle -> pickle.value(List.of()).value(map()).opcode('b'), "of a list"),
        arguments((Script) pickle -> pickle.value(map()).opcode('b'), "more from the stack"),
        // the stack
        arguments((Script) pickle -> {}, "more from the stack"),
        arguments((Script) pickle -> pickle.opcode('('), "more from the stack"),
        arguments((Script) pickle -> pickle.opcode('t'), "more from the stack"),
        arguments((Script) pickle -> pickle.value(1).opcode('(', 0x85), "more from the stack"),
        arguments((Script) pickle -> pickle.opcode('q', 0), "more from the stack"),
        arguments((Script) pickle -> pickle.opcode('R'), "more from the stack"),
        arguments((Script) pickle -> pickle.opcode('h', 3), "refers to value 3"),
        arguments((Script) pickle -> pickle.opcode('j').int32(-1), "refers to value 4294967295"),
        arguments((Script) pickle -> pickle.value(1).value(2).opcode('a'), "appends to an int"),
        arguments(
            (Script) pickle -> pickle.value(1).value(2).value(3).opcode('s'),
            "entries into an int"),
        arguments(
            (Script) pickle -> pickle.opcode('}', '(').value(1).opcode('u'), "lacks its value"),
        // lengths beyond the bytes
        arguments((Script) pickle -> pickle.opcode('X').int32(0x7fffffff), "cut short"),
        arguments((Script) pickle -> pickle.opcode('X').int32(-1), "cut short"),
        arguments((Script) pickle -> pickle.opcode('T').int32(-1), "cut short"),
        arguments((Script) pickle -> pickle.opcode('B').int32(-2), "cut short"),
        arguments(
            (Script) pickle -> pickle.opcode(0x8d, 255, 255, 255, 255, 255, 255, 255, 127),
            "cut short"),
        arguments(
            (Script) pickle -> pickle.opcode(0x8d, 255, 255, 255, 255, 255, 255, 255, 255),
            "cut short"),
        arguments((Script) pickle -> pickle.opcode(0x8a, 255), "cut short"),
        arguments((Script) pickle -> pickle.opcode(0x8c, 255), "cut short"),
        // tensors that exceed their storages
        arguments(state(0, boxed(7), boxed(1)), "exceeds its storage \"0\" of 6"),
        arguments(state(1, boxed(6), boxed(1)), "exceeds its storage"),
        arguments(state(7, boxed(0), boxed(1)), "exceeds its storage"),
        arguments(state(6, boxed(), boxed()), "exceeds its storage"),
        arguments(state(0, boxed(2, 3), boxed(4, 1)), "exceeds its storage"),
        arguments(state(MAX, boxed(1), boxed(1)), "exceeds its storage"),
        arguments(state(0, boxed(MAX), boxed(1)), "exceeds its storage"),
        arguments(state(0, boxed(2), boxed(MAX)), "exceeds its storage"),
        arguments(state(0, boxed(1L << 32, 1L << 32), boxed(0, 0)), "exceeds its storage"),
        arguments(state(-1, boxed(1), boxed(1)), "made of whole numbers from 0"),
        arguments(state(0, boxed(-1), boxed(1)), "made of whole numbers from 0"),
        arguments(state(0, boxed(2), boxed(-1)), "made of whole numbers from 0"),
        arguments(state(BigInteger.ONE.shiftLeft(70), boxed(1), boxed(1)), "from 0 to 2^63-1"),
        arguments(state(0, boxed(2, 3), boxed(1)), "2 sizes and 1 strides"),
        arguments(state(0, boxed(new long[65]), boxed(new long[65])), "at most 64 numbers"),
        arguments(state(0, boxed(1L << 30), boxed(0)), "1073741824 elements of F32, more than the"),
        arguments(
            state(0, boxed(1L << 28), boxed(0)), "takes 1073741824 bytes, but a file of this size"),
        // storages
        arguments(loaded(storage("FloatStorage", "0", 5)), "should have 5 elements"),
        arguments(loaded(storage("FloatStorage", "0", 7)), "should have 7 elements"),
        arguments(loaded(storage("DoubleStorage", "0", 6)), "6 elements of F64"),
        arguments(loaded(storage("FloatStorage", "0", MAX)), "should have 9223372036854775807"),
        arguments(loaded(storage("FloatStorage", "0", -1)), "made of whole numbers from 0"),
        arguments(loaded(storage("FloatStorage", 0, 6)), "argument 3 of a storage's id"),
        arguments(loaded(storage("Size", "0", 6)), "not a storage class"),
        arguments(
            map(
                "a",
                SIX_TENSOR,
                "b",
                tensor(storage("IntStorage", "0", 6), 0, new long[] {6}, new long[] {1})),
            "storage \"0\" in two ways"),
        arguments(
            (Script) pickle -> pickle.value("x").opcode('Q'), "refers to a string as a storage"),
        arguments(
            (Script) pickle -> pickle.value(new Object[] {"x", 1, 2, 3, 4}).opcode('Q'),
            "not \"storage\""),
        arguments(
            (Script) pickle -> pickle.value(boxed(1, 2)).opcode('Q'), "to a tuple as a storage"),
        // root objects
        arguments(none, "it holds None, not a dict"),
        arguments(SIX_TENSOR, "it holds a tensor, not a dict"),
        arguments(List.of(SIX_TENSOR), "it holds a list, not a dict"),
        arguments(map(), "it holds no state dict"),
        arguments(map("epoch", 3, "weights", map()), "keys are epoch (an int), weights (a dict)"),
        arguments(
            map("a", map("b.weight", SIX_TENSOR), "c", List.of(map("d.weight", SIX_TENSOR))),
            "several networks: a (b.weight, ...), c.0 (d.weight, ...); choose one with key"),
        arguments(map(3, SIX_TENSOR), "it holds no state dict"),
        arguments(map("w", SIX_ID), "it holds no state dict"));
  }

  private static Script rebuild(Object storage, Object offset, Object sizes, Object strides) {
    return call("torch._utils", "_rebuild_tensor", storage, offset, sizes, strides);
  }

  private static Map<Object, Object> state(Object offset, Object[] sizes, Object[] strides) {
    return map("w", rebuild(SIX_ID, offset, sizes, strides));
  }

  private static Map<Object, Object> loaded(Script storage) {
    return map("w", tensor(storage, 0, new long[] {1}, new long[] {1}));
  }

  /** A function that calls another with itself as the argument, {@code depth} times. */
  private static Script nestedRebuild(int depth) {
    return pickle -> {
      for (int i = 0; i < depth; i++) {
        pickle.opcode('(').global("torch._tensor", "_rebuild_from_type_v2").value(null);
      }
      pickle.value(new Object[0]);
      for (int i = 0; i < depth; i++) {
        pickle.value(null).opcode('t', 'q', 1, '0');
        pickle.global("torch._tensor", "_rebuild_from_type_v2").opcode('h', 1, 'R');
      }
    };
  }

  /** A file with the storage, if the pickle names one: a stream lists only named storages. */
  private static byte[] file(TorchFileBytes format, Object root) {
    byte[] pickle = format.pickle(root);
    boolean named = new String(pickle, StandardCharsets.ISO_8859_1).contains("Storage");
    return format.file(pickle, named ? SIX : Map.of());
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("pickles")
  void rejectsPickles(Object root, String reason) throws IOException {
    for (TorchFileBytes format : TorchFileBytes.values()) {
      assertRefused(file(format, root), reason);
    }
  }

  static Stream<Arguments> zips() {
    byte[] pickle = PickleBytes.of(map("w", SIX_TENSOR));
    byte[] six = SIX_FLOATS.bytes();
    return Stream.of(
        arguments(zip(zip -> {}), "0 entries; 0 of them are called data.pkl"),
        arguments(zip(zip -> zip.add("a/data/0", six)), "1 entries; 0 of them are called"),
        arguments(
            zip(
                zip -> {
                  zip.add("a/data.pkl", pickle);
                  zip.add("b/data.pkl", pickle);
                }),
            "2 of them are called data.pkl"),
        arguments(zip(zip -> zip.add("a/data.pkl", pickle)), "lacks the entry \"a/data/0\""),
        arguments(
            zip(
                zip -> {
                  zip.add("a/data.pkl", pickle);
                  zip.add("b/data/0", six);
                }),
            "lacks the entry \"a/data/0\""),
        arguments(
            zip(
                zip -> {
                  zip.add("a/data.pkl", pickle);
                  zip.add("a/data/0", six);
                  zip.add("a/data/0", six);
                }),
            "has \"a/data/0\" twice"),
        arguments(
            zip(
                zip -> {
                  zip.add("a/data.pkl", pickle);
                  zip.add("a/byteorder", "big".getBytes(StandardCharsets.UTF_8));
                }),
            "not little-endian"),
        arguments(
            zip(
                zip -> {
                  zip.add("a/data.pkl", pickle);
                  zip.add("a/byteorder", new byte[65]);
                }),
            "\"a/byteorder\" claims 65 bytes, more than the maximum of 64"),
        arguments(weights(entry -> entry.crc ^= 1), "does not match its checksum"),
        arguments(weights(entry -> entry.flags = 1), "is encrypted"),
        arguments(weights(entry -> entry.method = 12), "uses compression method 12"),
        arguments(weights(entry -> entry.compressed = 25), "two sizes"),
        arguments(weights(entry -> entry.size = 25), "should have 6 elements of F32, but has 25"),
        arguments(weights(entry -> entry.size = entry.compressed = 28), "but has 28 bytes"),
        arguments(weights(entry -> entry.size = entry.compressed = -1), "18446744073709551615"),
        arguments(
            zip(zip -> zip.add("a/data.pkl", pickle).size = 1L << 40), "1099511627776 bytes, more"),
        arguments(
            zip(
                zip -> {
                  ZipBytes.Entry entry = zip.add("a/data.pkl", pickle);
                  entry.size = 1 << 20;
                  entry.compressed = 1 << 20;
                }),
            "claims 1048576 bytes from byte"),
        arguments(
            zip(
                zip -> {
                  ZipBytes.Entry entry =
                      zip.add(new ZipBytes.Entry("a/data.pkl", pickle).deflated());
                  entry.size = 60 << 20;
                }),
            "more than its"),
        arguments(
            zip(zip -> zip.add(new ZipBytes.Entry("a/data.pkl", pickle).deflated()).size++),
            "does not inflate to the size"),
        arguments(
            zip(zip -> zip.add(new ZipBytes.Entry("a/data.pkl", pickle).deflated()).size--),
            "does not inflate to the size"),
        arguments(
            zip(zip -> zip.add(new ZipBytes.Entry("a/data.pkl", pickle).deflated()).compressed--),
            "does not inflate to the size"),
        arguments(zip(zip -> zip.add("a/data.pkl", pickle).method = 8), "cannot be inflated"),
        arguments(new byte[] {'P', 'K', 3, 4}, "no zip directory at its end"),
        arguments(wide().toBytes(3), "has 2 entries, but claims 3"),
        arguments(patched(wide().toBytes(), END64, 0), "has no end record"),
        arguments(
            patched(wide().toBytes(), LOCATOR, 0), "position of its zip directory is missing"),
        arguments(
            patched(wide().toBytes(), LOCATOR - 8 - 3, 1), "its zip directory claims 56 bytes"),
        arguments(patched(wide().toBytes(), END64 - 40 - 3, 3), "more than the maximum"),
        arguments(patched(wide().toBytes(), END64 - 40, 200), "directory is malformed at byte 1"),
        arguments(patched(wide().toBytes(), END64 - 48, 77), "directory is malformed at byte 0"),
        arguments(patched(wide().toBytes(), END64 - 48 - 7, 255), "its zip directory claims"));
  }

  private static ZipBytes wide() {
    ZipBytes zip = new ZipBytes(true);
    zip.add("a/data.pkl", PickleBytes.of(map("w", SIX_TENSOR)));
    zip.add("a/data/0", SIX_FLOATS.bytes());
    return zip;
  }

  /** The positions of a zip file's last records, counted from its end. */
  private static final int LOCATOR = 22 + 20;

  private static final int END64 = LOCATOR + 56;

  /** Changes one byte, counted from the end. */
  private static byte[] patched(byte[] bytes, int fromEnd, int value) {
    bytes[bytes.length - fromEnd] = (byte) value;
    return bytes;
  }

  private static byte[] zip(Consumer<ZipBytes> contents) {
    ZipBytes zip = new ZipBytes(true);
    contents.accept(zip);
    return zip.toBytes();
  }

  private static byte[] weights(Consumer<ZipBytes.Entry> change) {
    return zip(
        zip -> {
          zip.add("a/data.pkl", PickleBytes.of(map("w", SIX_TENSOR)));
          change.accept(zip.add("a/data/0", SIX_FLOATS.bytes()));
        });
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("zips")
  void rejectsZipFiles(byte[] bytes, String reason) throws IOException {
    assertRefused(bytes, reason);
  }

  private static byte[] numpyArchive() {
    ZipBytes zip = new ZipBytes(false);
    zip.add("conv1.weight.npy", new byte[8]);
    return zip.toBytes();
  }

  static Stream<Arguments> streams() {
    byte[] object = PickleBytes.ofStream(map("w", SIX_TENSOR));
    byte[] keys = PickleBytes.of(List.of("0"));
    byte[] weights = TorchFileBytes.counted(SIX_FLOATS);
    Object magic = TorchFileBytes.MAGIC;
    byte[] other = TorchFileBytes.counted(longs(1));
    return Stream.of(
        arguments(new byte[0], "begins neither like a zip file nor like a pickle"),
        arguments(new byte[] {'P'}, "begins neither"),
        arguments(
            "<!DOCTYPE html>".getBytes(StandardCharsets.UTF_8),
            "is a web page; download the file itself"),
        arguments(
            "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8),
            "is a Git LFS pointer, not the file itself; fetch the file with: git lfs pull"),
        arguments(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'}, "is a NumPy array; save the"),
        arguments(new byte[] {(byte) 0x89, 'H', 'D', 'F'}, "is an HDF5 file; save the"),
        arguments(new byte[] {0x1f, (byte) 0x8b, 8}, "compressed with gzip; decompress it"),
        arguments(
            numpyArchive(),
            "it is a NumPy archive (.npz); save the state_dict() alone with torch.save"),
        arguments(stream(List.of(MAX)), NOT_PYTORCH),
        arguments(stream(List.of("x")), NOT_PYTORCH),
        arguments(stream(List.of(TorchFileBytes.MAGIC.add(BigInteger.ONE))), NOT_PYTORCH),
        arguments(stream(List.of(magic, 1000)), "its version is not 1001"),
        arguments(stream(List.of(magic, "1001")), "its version is not 1001"),
        arguments(stream(List.of(magic, 1001, 7)), "about the machine are not a dict"),
        arguments(
            stream(List.of(magic, 1001, Map.of("little_endian", false))), "not little-endian"),
        arguments(
            stream(start(), object, PickleBytes.of(7)), "keys of its storages are not a list"),
        arguments(
            stream(start(), object, PickleBytes.of(List.of(7))), "a key of its storages is an"),
        arguments(stream(start(), object, PickleBytes.of(List.of())), "storage \"0\" is missing"),
        arguments(
            stream(start(), object, PickleBytes.of(List.of("0", "1")), weights, other),
            "storage \"1\" is listed, but no tensor uses it"),
        arguments(
            stream(start(), object, PickleBytes.of(List.of("0", "0")), weights, weights),
            "storage \"0\" is listed twice"),
        arguments(stream(start(), object, keys, other), "should have 6 elements, but has 1"),
        arguments(
            stream(start(), object, keys, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1}),
            "but has -1"),
        arguments(
            stream(
                start(),
                PickleBytes.ofStream(loaded(storage("FloatStorage", "0", MAX))),
                keys,
                new byte[] {-1, -1, -1, -1, -1, -1, -1, 127}),
            "claims 9223372036854775807 elements of F32"));
  }

  private static List<Object> start() {
    return TorchFileBytes.start();
  }

  private static byte[] stream(List<Object> values, byte[]... rest) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    values.forEach(value -> bytes.writeBytes(PickleBytes.of(value)));
    for (byte[] next : rest) {
      bytes.writeBytes(next);
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("streams")
  void rejectsStreams(byte[] bytes, String reason) throws IOException {
    assertRefused(bytes, reason);
  }

  @ParameterizedTest
  @EnumSource
  void rejectsTruncatedFiles(TorchFileBytes format) throws IOException {
    Map<Object, Object> checkpoint =
        map("epoch", 3, "state_dict", orderedDictionary(map("w", SIX_TENSOR)));
    byte[] whole = format.file(checkpoint, SIX);
    Path file = folder.resolve("cut.pth");
    Files.write(file, whole);
    assertThat(TorchFile.read(file).tensors()).containsOnlyKeys("w");
    for (int length = 0; length < whole.length; length++) {
      assertRefused(Arrays.copyOf(whole, length), "");
    }
  }

  @ParameterizedTest
  @EnumSource
  void rejectsEndlessPickles(TorchFileBytes format) throws IOException {
    byte[] many = new byte[TorchPickle.MAX_OPCODES + 10];
    for (int opcode : new int[] {']', '}', '(', ')', 'N'}) {
      Arrays.fill(many, (byte) opcode);
      assertRefused(format.file(many, SIX), "more than 1500000 opcodes");
    }
  }

  @ParameterizedTest
  @EnumSource
  void survivesDeepNesting(TorchFileBytes format) throws IOException {
    Script deep = // a list in a list in a list …
        pickle -> {
          for (int i = 0; i < 200_000; i++) {
            pickle.opcode(']');
          }
          for (int i = 1; i < 200_000; i++) {
            pickle.opcode('a');
          }
        };
    Script doubling = // a tuple of a tuple twice, of a tuple twice …: 2^200 lists when printed
        pickle -> {
          pickle.opcode(']');
          for (int i = 0; i < 200; i++) {
            pickle.opcode('q', 1, 'h', 1, 0x86);
          }
        };
    Script itself = // a dict that is its own key and value
        pickle -> pickle.opcode('}', 'q', 2, 'h', 2, 'h', 2, 's');

    for (Script nested : List.of(deep, doubling, itself)) {
      Path beside =
          Files.write(
              folder.resolve("beside.pth"), format.file(map("w", SIX_TENSOR, "v", nested), SIX));
      assertThat(TorchFile.read(beside).passedOver()).containsOnlyKeys("v");
      assertRefused(file(format, nested), "cannot be used");
      // As a key it is hashed.
      Script keyed = pickle -> pickle.opcode('}').value(nested).value(1).opcode('s');
      Path file =
          Files.write(
              folder.resolve("nested.pth"),
              format.file(map("net", map("w", SIX_TENSOR), "x", nested, "y", keyed), SIX));
      assertThat(TorchFile.read(file).tensors()).containsOnlyKeys("w");
    }
  }

  @Test
  void rejectsAZipBomb() throws IOException {
    byte[] zeros = new byte[100 << 20];
    ZipBytes bomb = new ZipBytes(false);
    Script id = storage("ByteStorage", "0", zeros.length);
    bomb.add("a/data.pkl", PickleBytes.of(map("w", tensor(id, 0, new long[] {1}, new long[] {1}))));
    bomb.add(new ZipBytes.Entry("a/data/0", zeros).deflated());

    assertRefused(bomb.toBytes(), "takes 104857600 bytes, but a file");
  }

  @Test
  void rejectsMissingAndHugeFiles() throws IOException {
    assertThatThrownBy(() -> TorchFile.read(folder.resolve("none")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("none: no such file");
    assertThatThrownBy(() -> TorchFile.read(folder))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is not a file");
    Path sparse = folder.resolve("large.pth");
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      file.setLength(TorchSource.MAX_FILE_BYTES + 1);
    }
    assertThatThrownBy(() -> TorchFile.read(sparse))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("2147483649 bytes");
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      file.setLength(TorchSource.MAX_FILE_BYTES);
      file.write(new byte[] {'P', 'K', 3, 4});
    }
    assertThatThrownBy(() -> TorchFile.read(sparse))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no zip directory");
  }
}
