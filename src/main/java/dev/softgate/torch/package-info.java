/**
 * The native library behind a small Java surface: tensors, their lifetime, layers, and facts about
 * the machine. No other package names libtorch. Java arrays and {@link
 * dev.softgate.interop.HostTensor}s enter; {@link dev.softgate.torch.Tensor}s, or again arrays and
 * host tensors, leave.
 *
 * <p>A tensor belongs to the {@link dev.softgate.torch.Scope} that was open when it was created,
 * and is freed with it; a training step is one scope. A {@link dev.softgate.torch.Module} owns its
 * parameters and buffers, and {@link dev.softgate.torch.FlatParameters} an optimizer's buffer.
 * docs/memory.md gives rules of thumb.
 *
 * <p>A layer computes in the dtype of its input, and nothing converts silently
 * (docs/decisions/0006).
 *
 * <p>May use {@code interop}. Start with {@link dev.softgate.torch.Scope}.
 */
@NullMarked
package dev.softgate.torch;

import org.jspecify.annotations.NullMarked;
