package dev.softgate.onednn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;

/**
 * A primitive of oneDNN, ready to run on one thread: which memory stands in which of its arguments
 * is written straight into the array it reads, so a call costs one crossing into native code.
 */
final class Call {

  private static final int SLOT_BYTES = 2 * Long.BYTES; // an int, padding, a pointer

  @SuppressWarnings("UnusedVariable") // keeps the raw one alive
  private final primitive owned;

  private final dnnl_primitive rawPrimitive;
  private final dnnl_stream rawStream;
  private final dnnl_exec_arg_t arguments;
  private final ByteBuffer slots;
  private final int count;
  private final int total;
  private final Part part;
  private long nanos;

  /**
   * Prepares {@code operation}.
   *
   * @param part what its time counts as
   * @param argumentIds oneDNN's names of the arguments, in the order {@link #run} takes them
   */
  Call(Part part, primitive operation, stream queue, int... argumentIds) {
    this(part, operation, queue, argumentIds, Map.of());
  }

  /**
   * Prepares {@code operation} with some arguments that stay the same.
   *
   * @param fixed the blocks that always stand in some arguments, by oneDNN's names of these
   */
  Call(Part part, primitive operation, stream queue, int[] argumentIds, Map<Integer, Block> fixed) {
    this.part = part;
    this.owned = operation;
    this.rawPrimitive = operation.get();
    this.rawStream = queue.get();
    this.count = argumentIds.length;
    this.total = count + fixed.size();
    this.arguments = new dnnl_exec_arg_t(total);
    for (int i = 0; i < count; i++) {
      arguments.getPointer(i).arg(argumentIds[i]);
    }
    this.slots =
        new BytePointer(arguments)
            .capacity((long) total * SLOT_BYTES)
            .asByteBuffer()
            .order(ByteOrder.nativeOrder());
    int place = count;
    for (Map.Entry<Integer, Block> entry : fixed.entrySet()) {
      arguments.getPointer(place).arg(entry.getKey());
      put(place, entry.getValue().handle());
      place++;
    }
  }

  /**
   * Runs the primitive.
   *
   * @param handles of the {@link Block}s, one for each argument
   */
  void run(long... handles) {
    if (handles.length != count) {
      throw new IllegalArgumentException(handles.length + " arguments instead of " + count);
    }
    for (int i = 0; i < count; i++) {
      put(i, handles[i]);
    }
    long start = System.nanoTime();
    int status = dnnl.dnnl_primitive_execute(rawPrimitive, rawStream, total, arguments);
    nanos += System.nanoTime() - start;
    Native.check(status, "run a primitive");
  }

  private void put(int place, long handle) {
    slots.putLong(place * SLOT_BYTES + Long.BYTES, handle);
  }

  /** What its time counts as. */
  Part part() {
    return part;
  }

  /** How long it has run since this was last asked. */
  long takeNanos() {
    long taken = nanos;
    nanos = 0;
    return taken;
  }
}
