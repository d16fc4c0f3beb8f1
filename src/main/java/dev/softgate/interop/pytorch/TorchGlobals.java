package dev.softgate.interop.pytorch;

import dev.softgate.interop.ElementType;
import dev.softgate.interop.pytorch.PickleValues.Dictionary;
import dev.softgate.interop.pytorch.PickleValues.Inert;
import dev.softgate.interop.pytorch.PickleValues.NumpyArray;
import dev.softgate.interop.pytorch.PickleValues.NumpyType;
import dev.softgate.interop.pytorch.PickleValues.Tuple;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All names in a checkpoint's pickle that are supported. Any other name stands for an {@link
 * Inert}, which is never created or called. Names that only occur in code to execute, such as
 * {@code os.system}, are refused.
 *
 * <p>Source: {@code torch/_utils.py} and {@code torch/_weights_only_unpickler.py}. Differs: sparse,
 * quantized, complex and meta tensors are not supported; NumPy's scalars are, because training
 * scripts save an accuracy as one.
 */
final class TorchGlobals {

  private static final Map<String, ElementType> STORAGES =
      Map.of(
          "FloatStorage", ElementType.F32,
          "DoubleStorage", ElementType.F64,
          "HalfStorage", ElementType.F16,
          "BFloat16Storage", ElementType.BF16,
          "LongStorage", ElementType.I64,
          "IntStorage", ElementType.I32,
          "ShortStorage", ElementType.I16,
          "CharStorage", ElementType.I8,
          "ByteStorage", ElementType.U8,
          "BoolStorage", ElementType.BOOL);

  private static final List<String> INERT =
      List.of(
          "torch.float32",
          "torch.float64",
          "torch.float16",
          "torch.bfloat16",
          "torch.int64",
          "torch.int32",
          "torch.int16",
          "torch.int8",
          "torch.uint8",
          "torch.bool",
          "torch.Tensor",
          "torch.nn.parameter.Parameter");

  /** Modules with functions that act on the machine, which nothing saved needs. */
  private static final Set<String> ACTING =
      Set.of(
          ("os posix nt subprocess _posixsubprocess sys socket shutil runpy pty ctypes importlib"
                  + " imp commands popen2 webbrowser marshal pickle _pickle pdb bdb timeit cProfile"
                  + " profile pip zipimport pkgutil code codeop ftplib smtplib signal")
              .split(" ", -1));

  /** Functions that run, open or load their argument. */
  private static final Set<String> ACTING_FUNCTIONS =
      Set.of(
          "eval",
          "exec",
          "execfile",
          "compile",
          "open",
          "__import__",
          "input",
          "raw_input",
          "apply",
          "breakpoint",
          "globals",
          "vars",
          "setattr",
          "delattr");

  private static final Set<String> LOADERS = Set.of("torch.load", "torch.hub.load");

  /** Functions that create an object of their first argument. */
  private static final Set<String> RECONSTRUCTORS =
      Set.of(
          "copyreg._reconstructor",
          "copy_reg._reconstructor",
          "copyreg.__newobj__",
          "copyreg.__newobj_ex__",
          "builtins.getattr",
          "__builtin__.getattr");

  private static final Set<String> BUILTINS = Set.of("builtins", "__builtin__");

  /** The number of unknown names that are kept apart, to name what was skipped. */
  private static final int MOST_UNKNOWN = 10_000;

  private static final int MOST_NAME_LENGTH = 1000;

  private static final String REBUILD_FROM_TYPE = "torch._tensor._rebuild_from_type_v2";

  private final TorchRefusal refusal;
  private final Charset python2;
  private final Map<String, Object> admitted = new HashMap<>();
  private final Map<String, Inert> unknown = new HashMap<>();

  TorchGlobals(TorchRefusal refusal) {
    this(refusal, StandardCharsets.UTF_8);
  }

  /** Reads arrays of bytes too, which no checkpoint needs. */
  static TorchGlobals withArrays(TorchRefusal refusal) {
    TorchGlobals globals = new TorchGlobals(refusal, StandardCharsets.ISO_8859_1);
    for (String module : List.of("numpy.core.multiarray", "numpy._core.multiarray")) {
      globals.admit(module + "._reconstruct", 3, 3, arguments -> new NumpyArray());
    }
    return globals;
  }

  /** How strings of Python 2 are read, which are bytes; in checkpoints they are ASCII. */
  Charset python2() {
    return python2;
  }

  private TorchGlobals(TorchRefusal refusal, Charset python2) {
    this.refusal = refusal;
    this.python2 = python2;
    STORAGES.forEach(
        (name, type) -> {
          admitted.put("torch." + name, type);
          admitted.put("torch.cuda." + name, type);
        });
    INERT.forEach(name -> admitted.put(name, new Inert(name)));
    admitContainers();
    admitTensors();
    admitNumpyScalars();
  }

  private void admitContainers() {
    admit("collections.OrderedDict", 0, 1, TorchGlobals::orderedDictionary);
    admit(
        "collections.Counter",
        0,
        1,
        arguments -> arguments.count() == 0 ? new Dictionary() : arguments.dictionary(0));
    admit("collections.defaultdict", 0, 1, arguments -> new Dictionary());
    for (String set : List.of("builtins.set", "__builtin__.set")) {
      admit(set, 0, 1, arguments -> new Inert("a set"));
    }
    admit("torch.Size", 1, 1, arguments -> new Tuple(arguments.sequence(0)));
  }

  private void admitTensors() {
    // storage, offset, sizes, strides; the rest matters only for training in PyTorch
    admit("torch._utils._rebuild_tensor", 4, 4, this::view);
    admit("torch._utils._rebuild_tensor_v2", 6, 7, this::view);
    admit("torch._utils._rebuild_parameter", 3, 3, TorchGlobals::parameter);
    admit("torch._utils._rebuild_parameter_with_state", 4, 4, TorchGlobals::parameter);
    admit(REBUILD_FROM_TYPE, 4, 4, this::rebuildFromType);
    admit("torch.device", 1, 2, arguments -> new Inert("a device"));
    admit("torch.serialization._get_layout", 1, 1, arguments -> new Inert("a layout"));
  }

  private void admitNumpyScalars() {
    for (String module : List.of("numpy.core.multiarray", "numpy._core.multiarray")) {
      admitted.put(module + "._reconstruct", new Inert("a NumPy array"));
    }
    admit("numpy.dtype", 1, 3, arguments -> new NumpyType(arguments.text(0)));
    for (String module : List.of("numpy.core.multiarray", "numpy._core.multiarray")) {
      admit(module + ".scalar", 1, 2, TorchGlobals::numpyScalar);
    }
    // Python 3 writes bytes this way into a pickle for Python 2.
    admit("_codecs.encode", 1, 2, TorchGlobals::latin1Bytes);
  }

  private void admit(String name, int least, int most, TorchFunction.Body body) {
    admitted.put(name, new TorchFunction(name, least, most, body));
  }

  /** A storage's {@link ElementType}, a {@link TorchFunction} or an {@link Inert}. */
  Object find(String module, String name) {
    if (module.length() + name.length() > MOST_NAME_LENGTH) {
      throw refusal.damaged(
          "its pickle asks for a name of more than %d bytes".formatted(MOST_NAME_LENGTH));
    }
    String full = module + "." + name;
    Object found = admitted.get(full);
    if (found != null) {
      return found;
    }
    String top = module.contains(".") ? module.substring(0, module.indexOf('.')) : module;
    if (ACTING.contains(top)
        || LOADERS.contains(full)
        || (BUILTINS.contains(module) && ACTING_FUNCTIONS.contains(name))) {
      throw refusal.acts(full);
    }
    if (unknown.size() > MOST_UNKNOWN) {
      throw refusal.damaged("its pickle asks for more than %d names".formatted(MOST_UNKNOWN));
    }
    return unknown.computeIfAbsent(full, Inert::new);
  }

  /** Creates an object of which only the class's name is known. */
  Object make(Object type) {
    if (type instanceof TorchFunction function) {
      return new Inert(function.name());
    }
    if (type instanceof Inert) {
      return type;
    }
    throw refusal.damaged("its pickle creates an object of " + PickleValues.describe(type));
  }

  /** Calls a value that {@link #find} returned. */
  Object call(Object callee, Object arguments) {
    if (callee instanceof Inert inert) {
      return made(inert, arguments);
    }
    if (!(callee instanceof TorchFunction function)) {
      throw refusal.damaged("its pickle calls " + PickleValues.describe(callee));
    }
    if (!(arguments instanceof Tuple tuple)) {
      throw refusal.damaged(
          "its pickle calls %s with %s, not with a tuple of arguments"
              .formatted(function.name(), PickleValues.describe(arguments)));
    }
    int count = tuple.items().size();
    if (count < function.least() || count > function.most()) {
      throw refusal.damaged(
          "its pickle calls %s with %d arguments".formatted(function.name(), count));
    }
    return function.body().apply(new TorchArguments(function.name(), tuple.items(), refusal));
  }

  /** The result of an unknown name; for a reconstructor, the type that it reconstructs. */
  private static Inert made(Inert callee, Object arguments) {
    boolean reconstructs = RECONSTRUCTORS.contains(callee.name());
    return reconstructs
            && arguments instanceof Tuple tuple
            && !tuple.items().isEmpty()
            && tuple.items().get(0) instanceof Inert type
        ? type
        : callee;
  }

  /** An empty dictionary, or one from a list of pairs, as Python 2 writes it. */
  private static Object orderedDictionary(TorchArguments arguments) {
    Dictionary dictionary = new Dictionary();
    if (arguments.count() == 1) {
      for (Object item : arguments.sequence(0)) {
        TorchArguments pair =
            new TorchArguments(arguments.owner(), List.of(item), arguments.refusal());
        List<Object> parts = pair.sequence(0);
        if (parts.size() != 2) {
          throw arguments.wrong(0, "made of pairs");
        }
        dictionary.entries().put(parts.get(0), parts.get(1));
      }
    }
    return dictionary;
  }

  private Object view(TorchArguments arguments) {
    if (arguments.value(0) instanceof Inert inert) {
      return new Inert("a tensor of " + inert.name());
    }
    return TorchView.of(
        arguments.storage(0),
        arguments.size(1),
        arguments.sizes(2),
        arguments.sizes(3),
        arguments.refusal());
  }

  /** A tensor with its own attributes, from the function that rebuilds it. */
  private Object rebuildFromType(TorchArguments arguments) {
    Object function = arguments.value(0);
    // Rebuilding within rebuilding would allow unlimited recursion.
    if (function instanceof TorchFunction rebuild && !rebuild.name().equals(REBUILD_FROM_TYPE)) {
      return call(rebuild, arguments.value(2));
    }
    throw arguments.wrong(0, "a function that rebuilds a tensor");
  }

  private static Object parameter(TorchArguments arguments) {
    return arguments.value(0) instanceof Inert inert ? inert : arguments.view(0);
  }

  private static Object latin1Bytes(TorchArguments arguments) {
    return arguments.text(0).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The number, or an inert value for types that no accuracy or epoch has. */
  private static Object numpyScalar(TorchArguments arguments) {
    if (arguments.value(0) instanceof Inert) {
      return new Inert("a NumPy scalar");
    }
    if (!(arguments.value(0) instanceof NumpyType type)) {
      throw arguments.wrong(0, "a NumPy type");
    }
    if (arguments.count() == 2 && arguments.value(1) instanceof byte[] bytes) {
      ByteBuffer value =
          ByteBuffer.wrap(bytes)
              .order(type.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      switch (type.code() + " in " + bytes.length) {
        case "f8 in 8" -> {
          return value.getDouble();
        }
        case "f4 in 4" -> {
          return (double) value.getFloat();
        }
        case "i8 in 8" -> {
          return value.getLong();
        }
        case "i4 in 4" -> {
          return (long) value.getInt();
        }
        default -> {}
      }
    }
    return new Inert("a NumPy scalar");
  }

  private static void setArray(NumpyArray array, TorchArguments state) {
    if (!(state.value(2) instanceof NumpyType type)
        || !type.code().equals("u1")
        || !Boolean.FALSE.equals(state.value(3))) {
      throw state.wrong(2, "the type uint8, in the order of C");
    }
    array.set(
        state.sizes(1),
        state.value(4) instanceof byte[] bytes
            ? bytes
            : state.text(4).getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sets the state of an object; attributes of a dictionary or a tensor are dropped. */
  void build(Object target, Object state) {
    if (target instanceof Inert
        || (target instanceof Dictionary && (state instanceof Dictionary || state instanceof Tuple))
        || target instanceof TorchView) {
      return;
    }
    if (target instanceof NumpyType type
        && state instanceof Tuple tuple
        && tuple.items().size() >= 2
        && tuple.items().get(1) instanceof String order) {
      type.setBigEndian(order.equals(">"));
      return;
    }
    if (target instanceof NumpyArray array
        && state instanceof Tuple tuple
        && tuple.items().size() == 5) { // version, shape, type, whether in Fortran's order, bytes
      setArray(array, new TorchArguments("a NumPy array", tuple.items(), refusal));
      return;
    }
    throw refusal.damaged(
        "its pickle sets the state of %s to %s"
            .formatted(PickleValues.describe(target), PickleValues.describe(state)));
  }
}
