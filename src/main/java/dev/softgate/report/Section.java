package dev.softgate.report;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A section of the page; one without blocks is left out.
 *
 * @param id names it in addresses
 */
public record Section(String id, String title, List<Block> blocks) {

  /** Copies the list. */
  public Section {
    blocks = List.copyOf(blocks);
  }

  /** Of the blocks that there are. */
  static Section of(String id, String title, @Nullable Block... blocks) {
    return new Section(
        id, title, Arrays.stream(blocks).filter(Objects::nonNull).<Block>map(b -> b).toList());
  }
}
