package dev.softgate.distributed;

import dev.softgate.torch.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The group of one process. */
final class SingleProcess implements ProcessGroup {

  static final SingleProcess INSTANCE = new SingleProcess();

  private final Map<String, byte[]> published = new ConcurrentHashMap<>();

  private SingleProcess() {}

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int size() {
    return 1;
  }

  @Override
  public void sumInPlace(Tensor values) {}

  @Override
  public void broadcastInPlace(Tensor values) {}

  @Override
  public byte[] broadcast(byte @Nullable [] ofLeader) {
    return Objects.requireNonNull(ofLeader);
  }

  @Override
  public List<byte[]> gather(byte[] own) {
    return List.of(own);
  }

  @Override
  public double[][] gather(double[] own) {
    return new double[][] {own};
  }

  @Override
  public void barrier() {}

  @Override
  public void publish(String key, byte[] value) {
    published.put(key, value);
  }

  @Override
  public byte @Nullable [] published(String key) {
    return published.get(key);
  }

  @Override
  public void leave(Throwable reason) {}

  @Override
  public void close() {}
}
