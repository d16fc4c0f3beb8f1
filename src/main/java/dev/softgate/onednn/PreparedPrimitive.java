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
 * A oneDNN primitive, ready to run on one thread. The handles of its arguments are written directly
 * into its native argument array, so a call crosses into native code once.
 */
final class PreparedPrimitive implements AutoCloseable {

  private final primitive owned;
  private final Thread maker = Thread.currentThread(); // owner of its scratch memory

  private final dnnl_primitive rawPrimitive;
  private final dnnl_stream rawStream;
  private final dnnl_exec_arg_t arguments;
  private final ByteBuffer slots;
  private final int count;
  private final OperationKind part;
  private final long bytes; // total size of the arguments
  private long nanos;
  private long runs;

  /**
   * Prepares {@code operation}.
   *
   * @param part the kind that its time is counted as
   * @param argumentIds oneDNN's numbers of the arguments, in the order in which {@link #run} takes
   *     them
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
      size +=
          dnnl.dnnl_memory_desc_get_size(
              dnnl.dnnl_primitive_desc_query_md(
                  operation.get_dnnl_primitive_desc(),
                  dnnl.dnnl_query_exec_arg_md,
                  argumentIds[i]));
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
   * @param handles the handles of the {@link MemoryBlock}s, one for each argument
   * @throws IllegalStateException if called on a thread other than its maker
   */
  void run(long... handles) {
    if (handles.length != count) {
      throw new IllegalArgumentException("got " + handles.length + " arguments, expected " + count);
    }
    if (Thread.currentThread() != maker) {
      throw new IllegalStateException("this primitive belongs to " + maker.getName());
    }
    int size = slots.capacity() / count;
    for (int i = 0; i < count; i++) {
      slots.putLong(i * size + Long.BYTES, handles[i]);
    }
    long start = System.nanoTime();
    int status = dnnl.dnnl_primitive_execute(rawPrimitive, rawStream, count, arguments);
    nanos += System.nanoTime() - start;
    runs++;
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException("oneDNN could not run a primitive: status " + status);
    }
  }

  OperationKind part() {
    return part;
  }

  /** Returns the cost since the last call. */
  OperationCost takeWork() {
    OperationCost taken = new OperationCost(nanos / 1e9, (double) bytes * runs);
    nanos = 0;
    runs = 0;
    return taken;
  }

  /** Frees the primitive. Call it on the thread that created it, which owns the scratch memory. */
  @Override
  public void close() {
    owned.deallocate();
    arguments.deallocate();
  }
}
