/**
 * The native library behind a small Java surface: tensors, their lifetime, layers, and the facts of
 * the machine.
 *
 * <p>This is the only package that names JavaCPP or libtorch. What enters are Java arrays and
 * {@link dev.softgate.interop.HostTensor}s; what leaves are {@link dev.softgate.torch.Tensor}s,
 * which other packages combine but cannot look into, and again arrays and host tensors. So the rest
 * of the program has no pointers, no optionals of the native API, and one place to look when memory
 * grows.
 *
 * <p>Two rules carry the package. A tensor belongs to the {@link dev.softgate.torch.Scope} that was
 * open where it was made, and dies with it; a training step is one scope. What outlives scopes says
 * so in its type: a {@link dev.softgate.torch.Module} owns its parameters and buffers, {@link
 * dev.softgate.torch.FlatParameters} owns the one buffer that an optimizer works on.
 *
 * <p>The second rule is about precision. A layer computes in the dtype of its input, and nothing
 * switches dtypes behind a caller's back: {@link dev.softgate.torch.Conv2d} rounds its float32
 * weight to bfloat16 where images come in bfloat16, {@link dev.softgate.torch.BatchNorm2d} keeps
 * its statistics in float32, {@link dev.softgate.torch.Linear} takes float32 alone
 * (docs/decisions/0006).
 *
 * <p>A full name of a parameter joins the names of the modules around it with dots. The networks
 * choose those names so that they are the published ones, and {@link
 * dev.softgate.torch.Module#load} refuses a state that has a name too many or too few.
 *
 * <p>May use {@code interop}. Start with {@link dev.softgate.torch.Scope}, then {@link
 * dev.softgate.torch.Tensor} and {@link dev.softgate.torch.Module}; docs/memory.md has the rules of
 * thumb.
 */
@NullMarked
package dev.softgate.torch;

import org.jspecify.annotations.NullMarked;
