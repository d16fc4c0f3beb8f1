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

import dev.softgate.BadInputException;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.pytorch.PickleBytes.Script;
import dev.softgate.interop.pytorch.TorchFile.Contents;
import dev.softgate.interop.pytorch.TorchFileBytes.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TorchFileTest {

  private static final Storage SIX_FLOATS = floats(1, 2, 3, 4, 5, 6);
  private static final Map<String, Storage> SIX = Map.of("0", SIX_FLOATS);
  private static final Script SIX_ID = storage("FloatStorage", "0", 6);

  @TempDir private Path folder;

  private Contents read(byte[] bytes) throws IOException {
    return TorchFile.read(Files.write(folder.resolve("model.pth"), bytes));
  }

  private static Script matrix() {
    return tensor(SIX_ID, 0, new long[] {2, 3}, new long[] {3, 1});
  }

  @ParameterizedTest
  @EnumSource
  void readsABareStateDict(TorchFileBytes format) throws IOException {
    Map<String, Storage> storages = new LinkedHashMap<>(SIX);
    storages.put("1", longs(7));
    Script count = tensor(storage("LongStorage", "1", 1), 0, new long[] {}, new long[] {});

    Contents contents =
        read(format.file(orderedDictionary(map("w", matrix(), "a.n", count)), storages));

    assertThat(contents.tensors().keySet()).containsExactly("w", "a.n");
    assertThat(contents.tensor("w")).hasToString("F32[2, 3]");
    assertThat(contents.tensor("w").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(contents.tensor("a.n")).hasToString("I64[]");
    assertThat(contents.tensor("a.n").toLongs()).containsExactly(7);
    assertThat(contents.numbers()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"state_dict", "model_state_dict", "model", "net"})
  void readsATrainingCheckpoint(String key) throws IOException {
    Map<String, Storage> storages = new LinkedHashMap<>(SIX);
    storages.put("1", floats(91.5f));
    storages.put("2", floats(1, 2));
    Map<Object, Object> checkpoint =
        map(
            "epoch",
            12,
            key,
            map("z", matrix(), "a", matrix()),
            "acc",
            91.25,
            "best_prec1",
            tensor(storage("FloatStorage", "1", 1), 0, new long[] {}, new long[] {}),
            "arch",
            "resnet20",
            "done",
            true,
            "none",
            (Script) pickle -> pickle.value(null),
            "optimizer",
            map(
                "state",
                map(
                    0,
                    map(
                        "momentum_buffer",
                        tensor(
                            storage("FloatStorage", "2", 2), 0, new long[] {2}, new long[] {1}))),
                "param_groups",
                List.of(map("lr", 0.1, "params", List.of(0, 1, 2)))));

    for (TorchFileBytes format : TorchFileBytes.values()) {
      Contents contents = read(format.file(checkpoint, storages));

      assertThat(contents.tensors().keySet()).containsExactly("z", "a");
      assertThat(contents.numbers()).containsOnlyKeys("epoch", "acc", "best_prec1");
      assertThat(contents.numbers().get("epoch")).isEqualTo(12L);
      assertThat(contents.numbers().get("acc")).isEqualTo(91.25);
      assertThat(contents.numbers().get("best_prec1")).isEqualTo(91.5);
    }
  }

  @ParameterizedTest
  @EnumSource
  void skipsAndNamesOtherValues(TorchFileBytes format) throws IOException {
    Script namespace = // NEWOBJ, then BUILD
        pickle ->
            pickle
                .global("argparse", "Namespace")
                .opcode(')', 0x81)
                .value(map("lr", 0.1))
                .opcode('b');
    Script grown = // an object that is called, appended to and filled
        pickle ->
            pickle
                .value(call("my.lists", "Grown", 1))
                .value(1)
                .opcode('a')
                .value("k")
                .value(2)
                .opcode('s');
    Script array =
        pickle ->
            pickle
                .value(call("numpy._core.multiarray", "_reconstruct", 1, boxed(0), "b"))
                .value(boxed(1, 2))
                .opcode('b');
    Script set = pickle -> pickle.opcode(0x8f, '(').value(1).opcode(0x90);
    Script frozen = pickle -> pickle.opcode('(').value(1).opcode(0x91);
    Script bytes = pickle -> pickle.opcode(0x96, 1, 0, 0, 0, 0, 0, 0, 0, 7);
    Script wide = pickle -> pickle.opcode(0x8b, 1, 0, 0, 0, 5);
    Script python2 = pickle -> pickle.ascii("I4294967296\n");
    Script instance = pickle -> pickle.opcode('(', 'i').ascii("a\nOld\n");
    Script keywords =
        pickle -> pickle.global("a", "New").opcode(')').value(map("k", 1)).opcode(0x92);
    Map<Object, Object> checkpoint =
        map(
            "ema", map("conv1.weight", matrix(), "epoch", 4, "note", "text"),
            "args", namespace,
            "grown", grown,
            "array", array,
            "default", call("collections", "defaultdict"),
            "set", set,
            "frozen", frozen,
            "bytes", bytes,
            "wide", wide,
            "python2", python2,
            "instance", instance,
            "keywords", keywords,
            "path", call("pathlib", "PosixPath", "a"),
            "choice", call("builtins", "getattr", 1, "b"));

    Contents contents = read(format.file(checkpoint, SIX));

    assertThat(contents.tensors()).containsOnlyKeys("conv1.weight");
    assertThat(contents.numbers())
        .isEqualTo(Map.of("epoch", 4L, "wide", 5L, "python2", 4294967296L));
    assertThat(contents.passedOver())
        .containsEntry("args", "argparse.Namespace")
        .containsEntry("grown", "my.lists.Grown")
        .containsEntry("array", "a NumPy array")
        .containsEntry("set", "a set")
        .containsEntry("frozen", "a set")
        .containsEntry("bytes", "a bytes object")
        .containsEntry("instance", "a.Old")
        .containsEntry("keywords", "a.New")
        .containsEntry("path", "pathlib.PosixPath")
        .containsEntry("note", "a string")
        .hasSize(12);
  }

  @ParameterizedTest
  @EnumSource
  void findsTheStateDictByKey(TorchFileBytes format) throws IOException {
    Map<Object, Object> two =
        map(
            "state", map("model", map("a.weight", matrix(), "b.weight", matrix())),
            "ema", map("c.weight", matrix()));
    Path file = Files.write(folder.resolve("two.pth"), format.file(two, SIX));

    assertThat(TorchFile.read(file, "ema").tensors()).containsOnlyKeys("c.weight");
    assertThat(TorchFile.read(file, "state.model").tensors())
        .containsOnlyKeys("a.weight", "b.weight");
    Contents below = TorchFile.read(file, "state.model.a");
    assertThat(below.prefix()).isEqualTo("a");
    assertThatThrownBy(() -> TorchFile.read(file, "weights"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("key weights")
        .hasMessageContaining("ema (c.weight, ...), state.model (a.weight, ...)");
  }

  @ParameterizedTest
  @EnumSource
  void readsParametersAndOldTensors(TorchFileBytes format) throws IOException {
    Script empty = orderedDictionary(Map.of());
    Script old = call("torch._utils", "_rebuild_tensor", SIX_ID, 1, boxed(2), boxed(1));
    Script withMetadata =
        call(
            "torch._utils",
            "_rebuild_tensor_v2",
            SIX_ID,
            2,
            call("torch", "Size", (Object) boxed(2)),
            boxed(1),
            true,
            empty,
            map());
    Map<Object, Object> state =
        map(
            "old",
            old,
            "parameter",
            call("torch._utils", "_rebuild_parameter", matrix(), true, empty),
            "with state",
            call(
                "torch._utils",
                "_rebuild_parameter_with_state",
                matrix(),
                true,
                empty,
                map("tag", "x")),
            "with attributes",
            call(
                "torch._tensor",
                "_rebuild_from_type_v2",
                (Script) pickle -> pickle.global("torch._utils", "_rebuild_tensor_v2"),
                (Script) pickle -> pickle.global("torch", "Tensor"),
                new Object[] {SIX_ID, 0, boxed(6), boxed(1), false, empty},
                map("tag", "x")),
            "with metadata",
            withMetadata);

    Contents contents = read(format.file(state, SIX));

    assertThat(contents.tensor("old").toFloats()).containsExactly(2, 3);
    assertThat(contents.tensor("parameter")).hasToString("F32[2, 3]");
    assertThat(contents.tensor("with state")).hasToString("F32[2, 3]");
    assertThat(contents.tensor("with attributes")).hasToString("F32[6]");
    assertThat(contents.tensor("with metadata").toFloats()).containsExactly(3, 4);
  }

  @ParameterizedTest
  @EnumSource
  void readsViewsInRowMajorOrder(TorchFileBytes format) throws IOException {
    Map<Object, Object> state =
        map(
            "transposed",
            tensor(SIX_ID, 0, new long[] {3, 2}, new long[] {1, 3}),
            "column",
            tensor(SIX_ID, 1, new long[] {2}, new long[] {3}),
            "middle",
            tensor(SIX_ID, 2, new long[] {3}, new long[] {1}),
            "expanded",
            tensor(SIX_ID, 5, new long[] {2, 2}, new long[] {0, 0}),
            "one row",
            tensor(SIX_ID, 3, new long[] {1, 3}, new long[] {77, 1}),
            "three axes",
            tensor(SIX_ID, 0, new long[] {2, 1, 2}, new long[] {1, 9, 3}),
            "empty",
            tensor(SIX_ID, 6, new long[] {0, 3}, new long[] {3, 1}),
            "whole",
            matrix());

    Contents contents = read(format.file(state, SIX));

    assertThat(contents.tensors().keySet())
        .containsExactlyElementsOf(state.keySet().stream().map(String.class::cast).toList());
    assertThat(contents.tensor("transposed").toFloats()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(contents.tensor("column").toFloats()).containsExactly(2, 5);
    assertThat(contents.tensor("middle").toFloats()).containsExactly(3, 4, 5);
    assertThat(contents.tensor("expanded").toFloats()).containsExactly(6, 6, 6, 6);
    assertThat(contents.tensor("one row")).hasToString("F32[1, 3]");
    assertThat(contents.tensor("one row").toFloats()).containsExactly(4, 5, 6);
    assertThat(contents.tensor("three axes").toFloats()).containsExactly(1, 4, 2, 5);
    assertThat(contents.tensor("empty")).hasToString("F32[0, 3]");
    assertThat(contents.tensor("whole").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @ParameterizedTest
  @EnumSource
  void readsEveryElementType(TorchFileBytes format) throws IOException {
    Map<Object, Object> state = new LinkedHashMap<>();
    Map<String, Storage> storages = new LinkedHashMap<>();
    // -2 and 1, in the bytes of each type
    add(state, storages, "DoubleStorage", 8, b -> b.putDouble(-2).putDouble(1));
    add(state, storages, "FloatStorage", 4, b -> b.putFloat(-2).putFloat(1));
    add(
        state,
        storages,
        "HalfStorage",
        2,
        b -> b.putShort((short) 0xc000).putShort((short) 0x3c00));
    add(
        state,
        storages,
        "BFloat16Storage",
        2,
        b -> b.putShort((short) 0xc000).putShort((short) 0x3f80));
    add(state, storages, "LongStorage", 8, b -> b.putLong(-2).putLong(1));
    add(state, storages, "IntStorage", 4, b -> b.putInt(-2).putInt(1));
    add(state, storages, "ShortStorage", 2, b -> b.putShort((short) -2).putShort((short) 1));
    add(state, storages, "CharStorage", 1, b -> b.put((byte) -2).put((byte) 1));
    add(state, storages, "ByteStorage", 1, b -> b.put((byte) 254).put((byte) 1));
    add(state, storages, "BoolStorage", 1, b -> b.put((byte) 0).put((byte) 1));

    Contents contents = read(format.file(state, storages));

    assertThat(contents.tensors().values().stream().map(HostTensor::type))
        .containsExactly(
            ElementType.F32,
            ElementType.F32,
            ElementType.F32,
            ElementType.BF16,
            ElementType.I64,
            ElementType.I32,
            ElementType.I16,
            ElementType.I8,
            ElementType.U8,
            ElementType.BOOL);
    for (String floating :
        List.of("DoubleStorage", "FloatStorage", "HalfStorage", "BFloat16Storage")) {
      assertThat(contents.tensor(floating).toFloats()).as(floating).containsExactly(-2, 1);
    }
    for (String integer : List.of("LongStorage", "IntStorage", "ShortStorage", "CharStorage")) {
      assertThat(contents.tensor(integer).toLongs()).as(integer).containsExactly(-2, 1);
    }
    assertThat(contents.tensor("ByteStorage").toLongs()).containsExactly(254, 1);
    assertThat(contents.tensor("BoolStorage").toLongs()).containsExactly(0, 1);
  }

  private static void add(
      Map<Object, Object> state,
      Map<String, Storage> storages,
      String storageClass,
      int elementBytes,
      UnaryOperator<ByteBuffer> elements) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * elementBytes).order(ByteOrder.LITTLE_ENDIAN);
    storages.put(storageClass, new Storage(elements.apply(bytes).array(), elementBytes));
    state.put(
        storageClass,
        tensor(storage(storageClass, storageClass, 2), 0, new long[] {2}, new long[] {1}));
  }

  @ParameterizedTest
  @EnumSource
  void readsStridedDoublesAndEmptyStorages(TorchFileBytes format) throws IOException {
    ByteBuffer doubles = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    doubles.asDoubleBuffer().put(new double[] {1, 2, 3, 1e300});
    Map<String, Storage> storages = new LinkedHashMap<>();
    storages.put("d", new Storage(doubles.array(), 8));
    storages.put("e", floats());
    Script id = storage("DoubleStorage", "d", 4);

    Contents contents =
        read(
            format.file(
                map(
                    "d",
                    tensor(id, 0, new long[] {2, 2}, new long[] {1, 2}),
                    "e",
                    tensor(storage("FloatStorage", "e", 0), 0, new long[] {0}, new long[] {1})),
                storages));

    assertThat(contents.tensor("d").toFloats()).containsExactly(1, 3, 2, Float.POSITIVE_INFINITY);
    assertThat(contents.tensor("e")).hasToString("F32[0]");
  }

  @ParameterizedTest
  @EnumSource
  void acceptsContainersAndOtherNumbers(TorchFileBytes format) throws IOException {
    Script numpyType =
        pickle ->
            pickle
                .value(call("numpy", "dtype", "f8", false, true))
                .value(new Object[] {3, "<", null, null, null, -1, -1, 0})
                .opcode('b');
    Script bytes = call("_codecs", "encode", "\0\0\0\0\0\0\u00e0?", "latin1");
    Script versioned =
        pickle ->
            pickle
                .value(orderedDictionary(map("w", matrix())))
                .value(map("_metadata", orderedDictionary(map("", map("version", 1)))))
                .opcode('b');
    Script recursive = // a list that holds itself, and a memo of it
        pickle -> pickle.opcode(']', 'q', 9, 'h', 9, 'a');
    Map<Object, Object> checkpoint =
        map(
            "state_dict",
            versioned,
            "acc",
            call("numpy.core.multiarray", "scalar", numpyType, bytes),
            "milestones",
            call("collections", "Counter", map(100, 1)),
            "seen",
            call("__builtin__", "set", List.of(1, 2)),
            "dtype",
            (Script) pickle -> pickle.global("torch", "float16"),
            "device",
            call("torch", "device", "cuda", 0),
            "layout",
            call("torch.serialization", "_get_layout", "torch.strided"),
            "pair",
            new Object[] {1, 2L, -3, 70_000, 1L << 40},
            "recursive",
            recursive);

    Contents contents = read(format.file(checkpoint, SIX));

    assertThat(contents.tensors()).containsOnlyKeys("w");
    assertThat(contents.numbers()).isEqualTo(Map.of("acc", 0.5));
  }

  @Test
  void readsPythonTwoAndNewerProtocols() throws IOException {
    Script pythonTwo = // strings are bytes, an OrderedDict is made of a list of lists
        pickle ->
            pickle
                .global("collections", "OrderedDict")
                .opcode(']', ']', '(', 'U', 1)
                .ascii("w")
                .value(matrix())
                .opcode('e', 'a', 0x85, 'R');
    assertThat(read(TorchFileBytes.STREAM.file(pythonTwo, SIX)).tensors()).containsOnlyKeys("w");

    Script protocolFour =
        pickle ->
            pickle
                .opcode(0x80, 4, 0x95, 1, 0, 0, 0, 0, 0, 0, 0, '}', 0x94)
                .opcode(0x8c, 1)
                .ascii("w")
                .opcode(0x8c, 12)
                .ascii("torch._utils")
                .opcode(0x8c, 18)
                .ascii("_rebuild_tensor_v2")
                .opcode(0x93)
                .value(
                    new Object[] {
                      SIX_ID, 0, boxed(6), boxed(1), false, orderedDictionary(Map.of())
                    })
                .opcode('R', 's');
    assertThat(read(TorchFileBytes.ZIP.file(protocolFour, SIX)).tensors()).containsOnlyKeys("w");
  }

  @Test
  void readsPartialStorages() throws IOException {
    Script part =
        pickle ->
            pickle
                .opcode('(')
                .value("storage")
                .global("torch", "FloatStorage")
                .value("0")
                .value("cpu")
                .value(6)
                .value(new Object[] {"part", 2, 3})
                .opcode('t', 'Q');
    Map<Object, Object> state =
        map("w", tensor(part, 1, new long[] {2}, new long[] {1}), "all", matrix());

    Contents contents = read(TorchFileBytes.STREAM.file(state, SIX));

    assertThat(contents.tensor("w").toFloats()).containsExactly(4, 5);
    assertThat(contents.tensor("all").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void readsRepackedZipFiles() throws IOException {
    byte[] pickle = PickleBytes.of(map("w", matrix()));
    byte[] six = SIX_FLOATS.bytes();

    ZipBytes deflated = new ZipBytes(false);
    deflated.add(new ZipBytes.Entry("any/data/0", six).deflated());
    deflated.add(new ZipBytes.Entry("any/data.pkl", pickle).deflated());
    ZipBytes wide = new ZipBytes(true);
    wide.add("data.pkl", pickle);
    wide.add("data/0", six).crc = 0; // PyTorch can be told not to compute checksums
    wide.add("more", new byte[0]);
    ZipBytes nested = new ZipBytes(false);
    nested.add("a/b/data.pkl", pickle);
    nested.add("a/b/data/0", six);

    for (ZipBytes zip : List.of(deflated, wide, nested)) {
      assertThat(read(zip.toBytes()).tensor("w").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
    }
  }
}
