package dev.softgate.torch;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.BarrierOptions;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.ByteVector;
import org.bytedeco.pytorch.IntOptional;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * libtorch's c10d: a key-value store that processes reach by TCP, and Gloo's collective operations
 * on tensors.
 *
 * <p>Operations throw a {@link RuntimeException} of libtorch if another process is gone or late.
 * They are not authenticated and not encrypted. Gloo prints one line to standard output when it
 * connects; libtorch has no switch for it.
 */
public final class Collectives implements AutoCloseable {

  static {
    NativeLibraries.unpack();
  }

  private static final int MOST_KEY = 1 << 10;

  /**
   * What is not closed. libtorch's store counts its users, but JavaCPP deletes it whatever the
   * count: if the garbage collector took a store before its group, the group would write to freed
   * memory. So it takes neither.
   */
  private static final Set<Collectives> OPEN = ConcurrentHashMap.newKeySet();

  private static boolean loaded;

  private static final String ONLY_FATAL = "--caffe2_log_level=3";

  /** How the C library's resolver asks for names, in resolv.conf's words. */
  static final String RESOLVER = "RES_OPTIONS";

  private static final String IMPATIENT = "timeout:1 attempts:1";

  /** Gloo's own limit; whoever waits decides earlier. */
  private static final Duration FOREVER = Duration.ofDays(7);

  /** The first look at whoever waits; libtorch takes a while to report that it still waits. */
  private static final long LOOK_MILLIS = 1000;

  private final Milliseconds timeout;
  private final Milliseconds look;
  private final AllreduceOptions sums;
  private final BarrierOptions barriers;
  private volatile Runnable whileWaiting = () -> {};
  private final boolean prefixed;
  private final TCPStore server;
  private final Store store; // the same, or its view by a prefix
  private @Nullable ProcessGroupGloo group;
  private final BroadcastOptions fromFirst;

  /**
   * Loads the native libraries, which may take longer than a connection may. The store's warnings
   * go nowhere: they repeat, with stack traces, what an exception says.
   *
   * <p>libtorch looks up the name of each address it connects to, for messages, and waits for the
   * answer: where name servers are silent, 10 seconds for each of them. Unless the user has set the
   * resolver's options, it asks once and waits for a second. It must not have been asked before.
   *
   * <p>Any thread may call it, again too: libtorch's flags are not safe to set twice at once.
   */
  public static synchronized void load() {
    if (loaded) {
      return;
    }
    loaded = true;
    torch.set_env(RESOLVER, IMPATIENT, false);
    try (PointerScope scope = new PointerScope();
        PointerPointer<BytePointer> words = new PointerPointer<>("softgate", ONLY_FATAL)) {
      torch.ParseCommandLineFlags(new int[] {2}, new PointerPointer<>(words));
    }
  }

  /**
   * Opens the store.
   *
   * @param host where rank 0 listens
   * @param port in [1, 65535]
   * @param listening the descriptor of rank 0's listening socket, which the store closes; −1 on
   *     other processes, and if another program serves the store
   * @param prefix precedes all keys; empty for none
   * @param timeout at least a millisecond
   */
  public Collectives(String host, int port, int listening, String prefix, Duration timeout) {
    if (port < 1 || port > 0xffff || timeout.toMillis() < 1) {
      throw new IllegalArgumentException("port %d, timeout %s".formatted(port, timeout));
    }
    try (PointerScope scope = new PointerScope()) {
      this.timeout = kept(scope, new Milliseconds(timeout.toMillis()));
      TCPStoreOptions options =
          new TCPStoreOptions()
              .isServer(listening >= 0)
              .port((short) port)
              .waitWorkers(false)
              .timeout(this.timeout);
      if (listening >= 0) {
        options.masterListenFd(new IntOptional(listening));
      }
      this.prefixed = !prefix.isEmpty();
      this.server = kept(scope, new TCPStore(host, options));
      this.store = prefixed ? kept(scope, new PrefixStore(prefix, server)) : server;
      Milliseconds forever = new Milliseconds(FOREVER.toMillis());
      this.look = kept(scope, new Milliseconds(Math.min(LOOK_MILLIS, timeout.toMillis())));
      this.fromFirst = kept(scope, new BroadcastOptions().rootRank(0).timeout(forever));
      this.sums = kept(scope, new AllreduceOptions().timeout(forever));
      this.barriers = kept(scope, new BarrierOptions().timeout(forever));
    }
    OPEN.add(this);
  }

  /**
   * Sets what is called each second while an operation waits for other processes; it throws to give
   * up. After that the group cannot be closed.
   */
  public void whileWaiting(Runnable action) {
    whileWaiting = action;
  }

  /**
   * Connects this process with all others.
   *
   * @param address the own address, or the name of one, at which others reach this process
   */
  public void connect(int rank, int size, String address) {
    if (group != null || size < 2 || rank < 0 || rank >= size) {
      throw new IllegalArgumentException("rank %d of %d".formatted(rank, size));
    }
    try (PointerScope scope = new PointerScope()) {
      ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(timeout);
      options.devices().push_back(ProcessGroupGloo.createDeviceForHostname(address));
      group = kept(scope, new ProcessGroupGloo(store, rank, size, options));
    }
  }

  private static <P extends Pointer> P kept(PointerScope scope, P pointer) {
    pointer.retainReference(); // otherwise detaching frees it
    scope.detach(pointer);
    return pointer;
  }

  /** Replaces values by their sums over all processes. The tensor must be contiguous. */
  public void sumInPlace(Tensor values) {
    run(values, host -> connected().allreduce(new TensorVector(host.pointer()), sums));
  }

  /** Replaces values by those of rank 0. The tensor must be contiguous. */
  public void broadcastInPlace(Tensor values) {
    run(values, host -> connected().broadcast(new TensorVector(host.pointer()), fromFirst));
  }

  /** Gloo works on the CPU: values of another device go there and come back. */
  private void run(Tensor values, Function<Tensor, Work> operation) {
    if (!values.pointer().is_contiguous() || values.elements() < 1) {
      throw new IllegalArgumentException("needs a contiguous tensor with elements");
    }
    try (Scope scope = Scope.open()) {
      NoGradient.run(
          () -> {
            Tensor host = values.to(Device.CPU);
            await(operation.apply(host));
            if (host != values) {
              values.copyInPlace(host);
            }
          });
    }
  }

  /** Waits for all processes. */
  public void barrier() {
    try (Scope scope = Scope.open()) {
      await(connected().barrier(barriers));
    }
  }

  private void await(Work work) {
    while (true) {
      try {
        work._wait(look);
        return;
      } catch (RuntimeException e) { // libtorch's, which have no type of their own
        if (work.isCompleted()) {
          throw e;
        }
        whileWaiting.run();
      }
    }
  }

  private ProcessGroupGloo connected() {
    if (group == null) {
      throw new IllegalStateException("not connected");
    }
    return group;
  }

  /** Adds to the number of a key, which begins as 0, and returns the sum. */
  public long add(String key, long summand) {
    requireKey(key);
    return store.add(key, summand);
  }

  /** Stores a value under a key of at most 1,024 characters. */
  public void put(String key, byte[] value) {
    requireKey(key);
    try (Scope scope = Scope.open()) {
      store.set(key, new ByteVector(value));
    }
  }

  /** The value of a key; null if it has none yet. */
  public byte @Nullable [] get(String key) {
    requireKey(key);
    try (Scope scope = Scope.open()) {
      if (!store.check(new StringVector(new BytePointer(key, StandardCharsets.UTF_8)))) {
        return null;
      }
      return store.get(key).get();
    }
  }

  private static void requireKey(String key) {
    if (key.isEmpty() || key.length() > MOST_KEY) {
      throw new IllegalArgumentException("a key of " + key.length() + " characters");
    }
  }

  /** Frees the connections, and on rank 0 the store. Without it, they stay to the end. */
  @Override
  public void close() {
    if (group != null) {
      group.close();
    }
    if (prefixed) {
      store.close();
    }
    server.close();
    fromFirst.close();
    sums.close();
    barriers.close();
    look.close();
    timeout.close();
    OPEN.remove(this);
  }
}
