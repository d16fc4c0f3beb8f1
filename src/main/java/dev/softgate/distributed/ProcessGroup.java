package dev.softgate.distributed;

import dev.softgate.SoftgateVersion;
import dev.softgate.torch.Tensor;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The processes that train one network together, seen from one of them.
 *
 * <p>All processes must call the same operations in the same order; each waits for the others. One
 * thread at a time may call them, except {@link #publish} and {@link #published}, which any thread
 * may call at any time. An operation throws {@link LostProcessException} if another process ended
 * or did not arrive in time; the group is of no use afterward.
 */
public interface ProcessGroup extends AutoCloseable {

  /** The group of a single process; its operations do nothing. */
  static ProcessGroup alone() {
    return SingleProcess.INSTANCE;
  }

  /**
   * Meets the other processes and returns when all have arrived.
   *
   * @param timeout how long to wait, here and in each later operation
   * @throws dev.softgate.BadInputException if rank 0 cannot listen there, or others cannot reach it
   * @throws LostProcessException if not all arrive in time
   */
  static ProcessGroup join(ProcessRank place, Duration timeout) {
    return place.isAlone() ? alone() : JoinedGroup.join(place, timeout, SoftgateVersion.current());
  }

  /** This process's number, zero-based. */
  int rank();

  /** The number of processes. */
  int size();

  /** Whether this process is rank 0, which decides and writes. */
  default boolean leads() {
    return rank() == 0;
  }

  /** Whether there is no other process. */
  default boolean isAlone() {
    return size() == 1;
  }

  /**
   * Replaces values by their sums over all processes, with the same bits on each.
   *
   * @param values float32, contiguous, of the same number of elements on each process
   */
  void sumInPlace(Tensor values);

  /**
   * Replaces values by those of rank 0.
   *
   * @param values contiguous, of the same type and number of elements on each process
   */
  void broadcastInPlace(Tensor values);

  /**
   * Hands bytes of rank 0 to all processes.
   *
   * @param ofLeader rank 0's; ignored on others
   * @return rank 0's
   */
  byte[] broadcast(byte @Nullable [] ofLeader);

  /** Collects bytes of all processes, in the order of the ranks; lengths may differ. */
  List<byte[]> gather(byte[] own);

  /** Collects numbers of all processes, in the order of the ranks; lengths must be equal. */
  double[][] gather(double[] own);

  /** Waits for all processes. */
  void barrier();

  /**
   * Publishes a value for the other processes, without waiting for them.
   *
   * @param key unique in the life of the group
   */
  void publish(String key, byte[] value);

  /** A value that a process has published; null if it has not yet. */
  byte @Nullable [] published(String key);

  /**
   * Tells the others that this process fails, and why. They fail too, with this reason: bad input
   * is refused by all, and after an {@link InterruptedException} all are interrupted.
   */
  void leave(Throwable reason);

  /** Leaves the group. Others that still wait for this process get an error. */
  @Override
  void close();
}
