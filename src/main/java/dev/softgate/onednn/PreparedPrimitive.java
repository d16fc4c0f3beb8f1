package dev.softgate.onednn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
final class PreparedPrimitive implements AutoCloseable {

  private final primitive owned;
  private final Thread maker = Thread.currentThread(); // whose scratch memory it uses

  private final dnnl_primitive rawPrimitive;
  private final dnnl_stream rawStream;
  private final dnnl_exec_arg_t arguments;
  private final ByteBuffer slots;
  private final int count;
  private final OperationKind part;
  private final long bytes; // of the arguments
  private long nanos;
  private long runs;

  /**
   * Prepares {@code operation}.
   *
   * @param part what its time counts as
   * @param argumentIds oneDNN's names of the arguments, in the order {@link #run} takes them
   */
  PreparedPrimitive(OperationKind part, primitive operation, stream queue, int... argumentIds) {
    this.part = part;
    this.owned = operation;
    this.rawPrimitive = operation.get();
    this.rawStream = queue.get();
    this.count = argumentIds.length;
    this.arguments = new dnnl_exec_arg_t(count);
    long size = 0;
    for (int i = 0; i < count; i++) {
      arguments.getPointer(i).arg(argumentIds[i]);
      size += Native.argumentBytes(operation, argumentIds[i]);
    }
    this.bytes = size;
    this.slots =
        new BytePointer(arguments)
            .capacity((long) count * arguments.sizeof())
            .asByteBuffer()
            .order(ByteOrder.nativeOrder());
  }

  /**
   * Runs the primitive.
   *
   * @param handles of the {@link MemoryBlock}s, one for each argument
   * @throws IllegalStateException on another thread than the one that made it
   */
  void run(long... handles) {
    if (handles.length != count) {
      throw new IllegalArgumentException(handles.length + " arguments instead of " + count);
    }
    if (Thread.currentThread() != maker) {
      throw new IllegalStateException("a primitive of " + maker.getName());
    }
    int size = slots.capacity() / count;
    for (int i = 0; i < count; i++) {
      slots.putLong(i * size + Long.BYTES, handles[i]);
    }
    long start = System.nanoTime();
    int status = dnnl.dnnl_primitive_execute(rawPrimitive, rawStream, count, arguments);
    nanos += System.nanoTime() - start;
    runs++;
    Native.check(status, "run a primitive");
  }

  /** What its time counts as. */
  OperationKind part() {
    return part;
  }

  /** What it has cost since this was last asked. */
  OperationCost takeWork() {
    OperationCost taken = new OperationCost(nanos / 1e9, (double) bytes * runs);
    nanos = 0;
    runs = 0;
    return taken;
  }

  /** Frees the primitive, on the thread that made it: its scratch memory is that thread's. */
  @Override
  public void close() {
    owned.deallocate();
    arguments.deallocate();
  }
}
