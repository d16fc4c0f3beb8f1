package dev.softgate.interop.pytorch;

import dev.softgate.interop.pytorch.PickleValues.Dictionary;
import dev.softgate.interop.pytorch.PickleValues.Inert;
import dev.softgate.interop.pytorch.PickleValues.None;
import dev.softgate.interop.pytorch.PickleValues.Sequence;
import dev.softgate.interop.pytorch.PickleValues.Tuple;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The pickle machine: reads opcodes one by one and builds {@link PickleValues} on a stack. It
 * supports the opcodes that {@code torch.save} writes with protocols 2 to 5, under Python 2 and 3.
 *
 * <p>There is no recursion, however deep the nesting. The number of opcodes is limited, because one
 * byte can create an object of fifty.
 *
 * <p>Source: CPython's {@code pickletools} describes each opcode. docs/decisions/0013 explains why
 * this is not a library.
 */
final class TorchPickle {

  /** About thirty per tensor: enough for forty thousand tensors. */
  static final int MAX_OPCODES = 1_500_000;

  private static final int MAX_PROTOCOL = 5;

  private static final String SET = "a set";

  private static final int MARK = '(';
  private static final int STOP = '.';
  private static final int POP = '0';
  private static final int POP_MARK = '1';
  private static final int BINFLOAT = 'G';
  private static final int BININT = 'J';
  private static final int BININT1 = 'K';
  private static final int BININT2 = 'M';
  private static final int NONE = 'N';
  private static final int BINPERSID = 'Q';
  private static final int REDUCE = 'R';
  private static final int BINSTRING = 'T';
  private static final int SHORT_BINSTRING = 'U';
  private static final int BINUNICODE = 'X';
  private static final int BINBYTES = 'B';
  private static final int SHORT_BINBYTES = 'C';
  private static final int EMPTY_LIST = ']';
  private static final int APPEND = 'a';
  private static final int BUILD = 'b';
  private static final int GLOBAL = 'c';
  private static final int APPENDS = 'e';
  private static final int BINGET = 'h';
  private static final int INST = 'i';
  private static final int INT = 'I';
  private static final int OBJ = 'o';
  private static final int LONG_BINGET = 'j';
  private static final int BINPUT = 'q';
  private static final int LONG_BINPUT = 'r';
  private static final int SETITEM = 's';
  private static final int TUPLE = 't';
  private static final int SETITEMS = 'u';
  private static final int EMPTY_DICT = '}';
  private static final int EMPTY_TUPLE = ')';
  private static final int PROTO = 0x80;
  private static final int NEWOBJ = 0x81;
  private static final int TUPLE1 = 0x85;
  private static final int TUPLE2 = 0x86;
  private static final int TUPLE3 = 0x87;
  private static final int NEWTRUE = 0x88;
  private static final int NEWFALSE = 0x89;
  private static final int LONG1 = 0x8a;
  private static final int LONG4 = 0x8b;
  private static final int SHORT_BINUNICODE = 0x8c;
  private static final int BINUNICODE8 = 0x8d;
  private static final int BINBYTES8 = 0x8e;
  private static final int EMPTY_SET = 0x8f;
  private static final int ADDITEMS = 0x90;
  private static final int FROZENSET = 0x91;
  private static final int NEWOBJ_EX = 0x92;
  private static final int STACK_GLOBAL = 0x93;
  private static final int MEMOIZE = 0x94;
  private static final int FRAME = 0x95;
  private static final int BYTEARRAY8 = 0x96;

  private final PickleInput in;
  private final TorchGlobals globals;
  private final Function<Object, Object> storages;
  private final TorchRefusal refusal;

  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();

  /** A machine for the pickle that begins {@code in}; {@code storages} resolves persistent ids. */
  TorchPickle(
      ByteBuffer in,
      TorchGlobals globals,
      Function<Object, Object> storages,
      TorchRefusal refusal) {
    this.in = new PickleInput(in, refusal);
    this.globals = globals;
    this.storages = storages;
    this.refusal = refusal;
  }

  /** Runs to the pickle's end and returns the final value. */
  Object load() {
    for (int count = 0; count < MAX_OPCODES; count++) {
      int opcode = in.readByte();
      if (opcode == STOP) {
        return pop();
      }
      step(opcode);
    }
    throw refusal.damaged("its pickle has more than %d opcodes".formatted(MAX_OPCODES));
  }

  private void step(int opcode) {
    switch (opcode) {
      case PROTO -> checkProtocol(in.readByte());
      case FRAME -> in.readBytes(Long.BYTES);

      case NONE -> push(None.NONE);
      case NEWTRUE -> push(true);
      case NEWFALSE -> push(false);
      case BININT -> push((long) in.readInt());
      case BININT1 -> push((long) in.readByte());
      case BININT2 -> push((long) (in.readByte() | in.readByte() << Byte.SIZE));
      case LONG1 -> push(in.readInteger(in.readByte()));
      case LONG4 -> push(in.readInteger(in.readInt()));
      case INT -> push(in.readDecimal());
      case BINFLOAT -> push(in.readDouble());
      case BINUNICODE -> push(in.readText(in.readUnsignedInt(), StandardCharsets.UTF_8));
      case SHORT_BINUNICODE -> push(in.readText(in.readByte(), StandardCharsets.UTF_8));
      case BINSTRING -> push(in.readText(in.readUnsignedInt(), globals.python2()));
      case SHORT_BINSTRING -> push(in.readText(in.readByte(), globals.python2()));
      case BINUNICODE8 -> push(in.readText(in.readLong(), StandardCharsets.UTF_8));
      case BINBYTES -> push(in.readBytes(in.readUnsignedInt()));
      case BINBYTES8, BYTEARRAY8 -> push(in.readBytes(in.readLong()));
      case SHORT_BINBYTES -> push(in.readBytes(in.readByte()));

      case MARK -> marks.add(stack.size());
      case POP -> pop();
      case POP_MARK -> popToMark();
      case EMPTY_TUPLE -> push(new Tuple(List.of()));
      case TUPLE -> push(new Tuple(popToMark()));
      case TUPLE1 -> push(new Tuple(popLast(1)));
      case TUPLE2 -> push(new Tuple(popLast(2)));
      case TUPLE3 -> push(new Tuple(popLast(3)));
      case EMPTY_LIST -> push(new Sequence());
      case APPEND -> append(popLast(1));
      case APPENDS -> append(popToMark());
      case EMPTY_DICT -> push(new Dictionary());
      case SETITEM -> put(popLast(2));
      case SETITEMS -> put(popToMark());
      case EMPTY_SET -> push(new Inert(SET));
      case ADDITEMS -> add(popToMark());
      case FROZENSET -> {
        popToMark();
        push(new Inert(SET));
      }

      case BINPUT -> memo.put((long) in.readByte(), peek());
      case LONG_BINPUT -> memo.put(in.readUnsignedInt(), peek());
      case MEMOIZE -> memo.put((long) memo.size(), peek());
      case BINGET -> push(remembered(in.readByte()));
      case LONG_BINGET -> push(remembered(in.readUnsignedInt()));

      case GLOBAL -> push(globals.find(in.readLine(), in.readLine()));
      case STACK_GLOBAL -> push(stackGlobal(popLast(2)));
      case BINPERSID -> push(storages.apply(pop()));
      case REDUCE -> push(reduce(popLast(2)));
      case NEWOBJ -> push(globals.make(popLast(2).get(0)));
      case NEWOBJ_EX -> push(globals.make(popLast(3).get(0)));
      case OBJ -> push(globals.make(first(popToMark())));
      case INST -> {
        popToMark();
        push(globals.make(globals.find(in.readLine(), in.readLine())));
      }
      case BUILD -> build(pop());

      default ->
          throw refusal.damaged(
              "its pickle has the opcode 0x%02x, which torch.save does not write"
                  .formatted(opcode));
    }
  }

  private void checkProtocol(int protocol) {
    if (protocol > MAX_PROTOCOL) {
      throw refusal.damaged("its pickle has the unknown protocol " + protocol);
    }
  }

  private Object stackGlobal(List<Object> names) {
    if (names.get(0) instanceof String module && names.get(1) instanceof String name) {
      return globals.find(module, name);
    }
    throw refusal.damaged(
        "its pickle asks for a name that is " + PickleValues.describe(names.get(1)));
  }

  private Object reduce(List<Object> calleeAndArguments) {
    return globals.call(calleeAndArguments.get(0), calleeAndArguments.get(1));
  }

  private void build(Object state) {
    globals.build(peek(), state);
  }

  private void append(List<Object> items) {
    if (peek() instanceof Sequence list) {
      list.items().addAll(items);
    } else if (!(peek() instanceof Inert)) {
      throw refusal.damaged("its pickle appends to " + PickleValues.describe(peek()));
    }
  }

  /** Adds to a set, of which nothing is kept. */
  private void add(List<Object> items) {
    if (!(peek() instanceof Inert)) {
      throw refusal.damaged(
          "its pickle adds %d items to %s".formatted(items.size(), PickleValues.describe(peek())));
    }
  }

  private Object first(List<Object> items) {
    if (items.isEmpty()) {
      throw refusal.damaged("its pickle creates an object without a class");
    }
    return items.get(0);
  }

  private void put(List<Object> keysAndValues) {
    if (keysAndValues.size() % 2 != 0) {
      throw refusal.damaged("its pickle has a dict with a key that lacks its value");
    }
    if (peek() instanceof Inert) {
      return;
    }
    if (!(peek() instanceof Dictionary dictionary)) {
      throw refusal.damaged("its pickle puts entries into " + PickleValues.describe(peek()));
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      dictionary.entries().put(keysAndValues.get(i), keysAndValues.get(i + 1));
    }
  }

  private Object remembered(long index) {
    Object value = memo.get(index);
    if (value == null) {
      throw refusal.damaged("its pickle refers to value %d before it has one".formatted(index));
    }
    return value;
  }

  private void push(Object value) {
    stack.add(value);
  }

  /** The bottom of the accessible stack: nothing is taken from below the last mark. */
  private int base() {
    return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
  }

  private Object peek() {
    requireOnStack(1);
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    requireOnStack(1);
    return stack.remove(stack.size() - 1);
  }

  private List<Object> popLast(int count) {
    requireOnStack(count);
    return cut(stack.size() - count);
  }

  private void requireOnStack(int count) {
    if (stack.size() - base() < count) {
      throw refusal.damaged("its pickle takes more from the stack than it has put there");
    }
  }

  private List<Object> popToMark() {
    if (marks.isEmpty()) {
      throw refusal.damaged("its pickle takes more from the stack than it has put there");
    }
    return cut(marks.remove(marks.size() - 1));
  }

  private List<Object> cut(int from) {
    List<Object> top = stack.subList(from, stack.size());
    List<Object> items = new ArrayList<>(top);
    top.clear();
    return items;
  }
}
