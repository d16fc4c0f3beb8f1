/**
 * Reads PyTorch's checkpoints, in today's format and the one before 1.6.
 *
 * <p>Such a file is a program, so one rule is added to those of {@code interop}: reading it runs
 * nothing. Tensors and containers are understood; other values beside a state dict are skipped
 * (docs/decisions/0013, 0030). The input is a file; the result consists of named {@link
 * dev.softgate.interop.HostTensor}s, numbers beside them, and the names of what was skipped.
 *
 * <p>A format ({@code TorchZip} or {@code TorchStream}) finds the pickle and the storages' bytes in
 * the file. {@code TorchPickle} builds containers of views of the storages, {@code TorchCheckpoint}
 * finds the state dict in them, and {@code TorchTensors} reads its elements.
 *
 * <p>May use {@code interop}. Start with {@link dev.softgate.interop.pytorch.TorchFile}.
 */
@NullMarked
package dev.softgate.interop.pytorch;

import org.jspecify.annotations.NullMarked;
