package dev.softgate.battery;

import java.util.ArrayList;
import java.util.List;

/**
 * A small training for each kind of state that could be lost.
 *
 * @param options the options that distinguish it
 */
record Cell(String name, List<String> options) {

  private static final List<String> COMMON =
      List.of(
          ("train --dataset synthetic --limit-train 96 --limit-test 48 --val-fraction 0.01"
                  + " --limit-val all --depth 14 --batch-size 8 --epochs 3 --schedule 2 --lr 0.05"
                  + " --threads 1 --canvas none --checkpoint-minutes 0.003 --keep-every 1 --runs-dir"
                  + " runs --name run")
              .split(" ", -1));

  static final List<Cell> ALL =
      List.of(
          cell(
              "two stage gates, libtorch",
              "--engine libtorch --precision fp32 --gate-at 2,3 --gate-iters 3"),
          cell(
              "hard gates, onednn",
              "--engine onednn --precision fp32 --target-skip 0.4 --anneal-epochs 1 --skip-loss 0.5"
                  + " --dynamics plain"),
          cell("memory, onednn", "--engine onednn --precision fp32 --gate memory"),
          cell(
              "memory off at first, libtorch",
              "--engine libtorch --precision fp32 --gate memory --memory-off-epochs 1"),
          cell("stage gate, onednn, the machine's precision", "--engine onednn --gate-iters 2"));

  private static Cell cell(String name, String options) {
    return new Cell(name, List.of(options.split(" ", -1)));
  }

  /** The command that trains it into {@code runs/run} of its working folder. */
  String[] train(String... more) {
    List<String> words = new ArrayList<>(COMMON);
    // The run stores it as an absolute path, which is the same for all folders.
    words.addAll(List.of("--data-dir", Battery.work().resolve("data").toString()));
    words.addAll(options);
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }
}
