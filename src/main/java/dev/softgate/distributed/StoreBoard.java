package dev.softgate.distributed;

import dev.softgate.torch.Collectives;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The store of a group, with texts as values. */
record StoreBoard(Collectives collectives) implements Heartbeat.Board {

  @Override
  public void put(String key, String value) {
    collectives.put(key, value.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public @Nullable String get(String key) {
    byte[] bytes = collectives.get(key);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }
}
