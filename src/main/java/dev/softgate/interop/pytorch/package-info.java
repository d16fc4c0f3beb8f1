/**
 * Reads PyTorch's checkpoints, of today's format and of the one before 1.6.
 *
 * <p>Such a file is a program, so the rules of {@code interop} have one more: reading it runs
 * nothing of it; what makes tensors and containers is understood, and whatever else stands beside a
 * state dict is passed over (docs/decisions/0013, 0030). What enters is a file; what leaves are
 * named {@link dev.softgate.interop.HostTensor}s, numbers that stood beside them, and what was
 * passed over.
 *
 * <p>A format ({@code TorchZip} or {@code TorchStream}) finds the pickle and the storages' bytes in
 * the file, {@code TorchPickle} makes containers of views of the storages, {@code TorchCheckpoint}
 * finds the state dict among them, and {@code TorchTensors} reads its elements.
 *
 * <p>May use {@code interop}. Start with {@link dev.softgate.interop.pytorch.TorchFile}.
 */
@NullMarked
package dev.softgate.interop.pytorch;

import org.jspecify.annotations.NullMarked;
