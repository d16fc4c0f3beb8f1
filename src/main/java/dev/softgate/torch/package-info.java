/**
 * The native library behind a small Java surface: tensors, their lifetime, layers, and facts about
 * the machine.
 *
 * <p>This is the only package that names libtorch. It takes Java arrays and {@link
 * dev.softgate.interop.HostTensor}s and returns {@link dev.softgate.torch.Tensor}s, which other
 * packages combine but cannot look into, or again arrays and host tensors. The rest of the program
 * has no pointers and no optionals of the native API, and there is one place to look when memory
 * grows.
 *
 * <p>Two rules hold. First, a tensor belongs to the {@link dev.softgate.torch.Scope} that was open
 * when it was created, and is freed with it; a training step is one scope. Types that outlive
 * scopes own their tensors: a {@link dev.softgate.torch.Module} owns its parameters and buffers,
 * and {@link dev.softgate.torch.FlatParameters} owns the buffer of an optimizer.
 *
 * <p>Second, a layer computes in the dtype of its input, and nothing converts silently. {@link
 * dev.softgate.torch.Conv2d} rounds its float32 weight for bfloat16 images, {@link
 * dev.softgate.torch.BatchNorm2d} keeps its statistics in float32, and {@link
 * dev.softgate.torch.Linear} accepts only float32 (docs/decisions/0006).
 *
 * <p>The full name of a parameter joins the names of its modules with dots. The networks use the
 * published names, and {@link dev.softgate.torch.Module#load} refuses a state with a missing or
 * unknown name.
 *
 * <p>May use {@code interop}. Start with {@link dev.softgate.torch.Scope}, then {@link
 * dev.softgate.torch.Tensor} and {@link dev.softgate.torch.Module}. docs/memory.md gives rules of
 * thumb.
 */
@NullMarked
package dev.softgate.torch;

import org.jspecify.annotations.NullMarked;
