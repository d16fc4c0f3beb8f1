/**
 * Reads PyTorch's checkpoints, in today's format and the one before 1.6, and CIFAR's pickles.
 *
 * <p>Such a file is a program, so one rule is added to those of {@code interop}: reading it runs
 * nothing (docs/decisions/0013, 0030).
 *
 * <p>A format ({@code TorchZip} or {@code TorchStream}) finds the pickle and the storages' bytes.
 * {@code TorchPickle} builds containers of views of the storages, {@code TorchCheckpoint} finds the
 * state dict in them, and {@code TorchTensors} reads its elements. Start with {@link
 * dev.softgate.interop.pytorch.TorchFile}.
 */
@NullMarked
package dev.softgate.interop.pytorch;

import org.jspecify.annotations.NullMarked;
