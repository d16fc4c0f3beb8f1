package dev.softgate.distributed;

import dev.softgate.BadInputException;
import dev.softgate.interop.MachineTrouble;
import dev.softgate.interop.OneLine;
import dev.softgate.torch.Collectives;
import dev.softgate.torch.DType;
import dev.softgate.torch.Device;
import dev.softgate.torch.NoGradient;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A group of several processes, over {@link Collectives}. */
final class JoinedGroup implements ProcessGroup {

  private static final long POLL_MILLIS = 20;
  private static final int PIECE_BYTES = 1 << 26;
  private static final String VERSION = "group/version";
  private static final String SIZE = "group/size";
  private static final String TAKEN = "group/taken/";
  private static final String ARRIVED = "group/arrived/";

  private final ProcessRank place;
  private final Duration timeout;
  private final Collectives collectives;
  private final Heartbeat heartbeat;
  private boolean broken;

  private JoinedGroup(ProcessRank place, Duration timeout, Collectives collectives) {
    this.place = place;
    this.timeout = timeout;
    this.collectives = collectives;
    this.heartbeat =
        new Heartbeat(
            new StoreBoard(collectives), place.rank(), place.size(), timeout, JoinedGroup::end);
    collectives.whileWaiting(heartbeat::check);
  }

  /**
   * Joins the group.
   *
   * @param version this program's, which must be that of rank 0
   */
  static JoinedGroup join(ProcessRank place, Duration timeout, String version) {
    Collectives.load();
    String address = MasterSocket.ownAddress(place);
    JoinedGroup group = new JoinedGroup(place, timeout, MasterStore.open(place, timeout));
    try {
      group.arrive(version);
      group.attempt(() -> group.collectives.connect(place.rank(), place.size(), address));
    } catch (RuntimeException | Error e) {
      group.leave(e);
      group.close();
      throw e;
    }
    return group;
  }

  /** Ends a program that hangs in native code, or does not notice soon, that a process is gone. */
  private static void end(RuntimeException reason) {
    System.err.println("softgate: " + reason.getMessage());
    Runtime.getRuntime().halt(1);
  }

  /** Tells the others that this process is there, and waits for them. */
  private void arrive(String version) {
    if (leads()) {
      publish(VERSION, version.getBytes(StandardCharsets.UTF_8));
      publish(SIZE, Integer.toString(size()).getBytes(StandardCharsets.UTF_8));
    }
    await(List.of(VERSION, SIZE), () -> "rank 0");
    String ofLeader = text(VERSION);
    if (!ofLeader.equals(version)) {
      throw new BadInputException(
          "rank %s has version %s of Softgate, rank 0 has %s; start all with the same",
          rank(), version, ofLeader);
    }
    String size = text(SIZE);
    if (!size.equals(Integer.toString(size()))) {
      throw new BadInputException(
          "rank %s was started with a world size of %s, rank 0 with %s; start all with the same",
          rank(), size(), size);
    }
    if (attempt(() -> collectives.add(TAKEN + rank(), 1)) > 1) {
      throw new BadInputException(
          "another process at %s has rank %s too; give each its own", place.master(), rank());
    }
    publish(ARRIVED + rank(), new byte[] {1});
    List<String> all = IntStream.range(0, size()).mapToObj(each -> ARRIVED + each).toList();
    await(all, () -> "rank " + missing());
  }

  private String text(String key) {
    return OneLine.of(new String(Objects.requireNonNull(published(key)), StandardCharsets.UTF_8));
  }

  private String missing() {
    return IntStream.range(0, size())
        .filter(each -> published(ARRIVED + each) == null)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", "));
  }

  /** Waits until all keys have values. */
  private void await(List<String> keys, Supplier<String> who) {
    long deadline = System.nanoTime() + timeout.toNanos();
    for (String key : keys) {
      while (published(key) == null) {
        if (System.nanoTime() > deadline) {
          throw new LostProcessException(
              "rank %d waited %d s for %s of %d processes at %s"
                  .formatted(rank(), timeout.toSeconds(), who.get(), size(), place.master()),
              null);
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for other processes", e);
    }
  }

  @Override
  public int rank() {
    return place.rank();
  }

  @Override
  public int size() {
    return place.size();
  }

  @Override
  public void sumInPlace(Tensor values) {
    onCpu(values, collectives::sumInPlace);
  }

  @Override
  public void broadcastInPlace(Tensor values) {
    onCpu(values, collectives::broadcastInPlace);
  }

  /** Gloo exchanges tensors of the CPU: those of another device are copied there and back. */
  private void onCpu(Tensor values, Consumer<Tensor> operation) {
    if (values.device().isCpu()) {
      attempt(() -> operation.accept(values));
      return;
    }
    try (Scope scope = Scope.open()) {
      Tensor copy = values.to(Device.CPU);
      attempt(() -> operation.accept(copy));
      NoGradient.run(() -> values.copyInPlace(copy));
    }
  }

  @Override
  public byte[] broadcast(byte @Nullable [] ofLeader) {
    byte[] own = leads() ? Objects.requireNonNull(ofLeader) : new byte[0];
    long[] length = {own.length};
    exchange(length, 1, true);
    byte[] all = leads() ? own : new byte[Math.toIntExact(length[0])];
    for (int at = 0; at < all.length; at += PIECE_BYTES) {
      int piece = Math.min(PIECE_BYTES, all.length - at);
      long[] words = words(Arrays.copyOfRange(all, at, at + piece));
      exchange(words, words.length, true);
      System.arraycopy(bytes(words, 0, piece), 0, all, at, piece);
    }
    return all;
  }

  @Override
  public List<byte[]> gather(byte[] own) {
    long[] lengths = slots(new long[] {own.length});
    int most = (int) Arrays.stream(lengths).max().orElseThrow();
    List<byte[]> all = new ArrayList<>();
    if (most == 0) {
      IntStream.range(0, size()).forEach(each -> all.add(new byte[0]));
      return all;
    }
    long[] words = slots(words(Arrays.copyOf(own, most)));
    for (int each = 0; each < size(); each++) {
      all.add(bytes(words, each * (words.length / size()), (int) lengths[each]));
    }
    return all;
  }

  @Override
  public double[][] gather(double[] own) {
    long[] words = slots(Arrays.stream(own).mapToLong(Double::doubleToRawLongBits).toArray());
    double[][] all = new double[size()][own.length];
    for (int each = 0; each < all.length; each++) {
      for (int i = 0; i < own.length; i++) {
        all[each][i] = Double.longBitsToDouble(words[each * own.length + i]);
      }
    }
    return all;
  }

  /** The same number of words of each process, one process after the other. */
  private long[] slots(long[] own) {
    long[] all = new long[Math.multiplyExact(own.length, size())];
    System.arraycopy(own, 0, all, rank() * own.length, own.length);
    exchange(all, all.length, false); // each word is 0 on all processes but one
    return all;
  }

  /** Replaces words by those of rank 0, or by their sums. */
  private void exchange(long[] words, int count, boolean ofLeader) {
    if (count == 0) {
      return;
    }
    try (Scope scope = Scope.open()) {
      Tensor tensor = Tensor.zeros(Device.CPU, DType.INT64, count);
      tensor.memory().asLongBuffer().put(words);
      attempt(
          () -> {
            if (ofLeader) {
              collectives.broadcastInPlace(tensor);
            } else {
              collectives.sumInPlace(tensor);
            }
          });
      tensor.memory().asLongBuffer().get(words);
    }
  }

  private static long[] words(byte[] bytes) {
    ByteBuffer padded =
        ByteBuffer.wrap(
            Arrays.copyOf(bytes, (bytes.length + Long.BYTES - 1) / Long.BYTES * Long.BYTES));
    long[] words = new long[padded.capacity() / Long.BYTES];
    padded.asLongBuffer().get(words);
    return words;
  }

  private static byte[] bytes(long[] words, int from, int length) {
    int count = (length + Long.BYTES - 1) / Long.BYTES;
    ByteBuffer bytes = ByteBuffer.allocate(count * Long.BYTES);
    bytes.asLongBuffer().put(words, from, count);
    return Arrays.copyOf(bytes.array(), length);
  }

  @Override
  public void barrier() {
    attempt(collectives::barrier);
  }

  @Override
  public void publish(String key, byte[] value) {
    attempt(() -> collectives.put(key, value));
  }

  @Override
  public byte @Nullable [] published(String key) {
    heartbeat.check(); // whoever polls may wait for a process that is gone
    return attempt(() -> collectives.get(key));
  }

  private void attempt(Runnable operation) {
    attempt(
        () -> {
          operation.run();
          return Boolean.TRUE;
        });
  }

  private <T extends @Nullable Object> T attempt(Supplier<T> operation) {
    try {
      return operation.get();
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw e; // an error of the program
    } catch (LostProcessException | StoppedTogetherException | BadInputException e) {
      broken = true;
      throw e;
    } catch (RuntimeException e) { // libtorch's, which have no type of their own
      broken = true;
      throw heartbeat.blame(e);
    }
  }

  @Override
  public void leave(Throwable reason) {
    broken = true;
    if (reason instanceof InterruptedException || reason instanceof StoppedTogetherException) {
      heartbeat.leaveStopped();
    } else {
      String trouble = MachineTrouble.describe(reason);
      heartbeat.leave(
          reason instanceof BadInputException, trouble != null ? trouble : OneLine.of(reason));
    }
  }

  /** Frees nothing that may be in use: an operation that was given up never ends. */
  @Override
  public void close() {
    if (heartbeat.stop() && !broken) {
      collectives.close();
    }
  }
}
