package dev.softgate.engine;

import dev.softgate.BadInputException;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.LibtorchEngine;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ResNet;
import dev.softgate.onednn.Canvas;
import dev.softgate.onednn.CanvasSearch;
import dev.softgate.onednn.OneDnnEngine;
import dev.softgate.torch.DType;
import dev.softgate.torch.Device;
import dev.softgate.torch.TorchRuntime;

/**
 * The chosen engine, precision and device that compute a network.
 *
 * @param engine {@link Engine#ONEDNN} or {@link Engine#LIBTORCH}
 * @param type the type of the backbone's arithmetic: float32 or bfloat16
 * @param threads at least 1
 * @param device {@link Device#CPU} for onednn
 * @param canvasOption how onednn lays images out for weight gradients: the text of a {@link
 *     Canvas}, or {@code auto} for the fastest on this machine
 */
public record Compute(Engine engine, DType type, int threads, Device device, String canvasOption) {

  /** The value of {@link #canvasOption} that leaves the choice open. */
  public static final String AUTO = "auto";

  /**
   * Resolves {@code auto} on the CPU: the fastest engine that supports the network, bfloat16 if the
   * processor supports it, all processors, no {@link Canvas}. Loads the native library.
   *
   * @param threads 0 for one per processor
   * @param spec the network to compute
   * @throws BadInputException if the engine does not support that network
   */
  public static Compute choose(Engine engine, Precision precision, int threads, ModelSpec spec) {
    return choose(engine, precision, threads, Device.CPU, spec);
  }

  /**
   * Resolves {@code auto} on a device by its name. Graphics cards have one engine, libtorch.
   *
   * @param threads 0 for one per processor
   * @param device as in {@link Device#named}; {@code auto} is the CPU with onednn
   * @param spec the network to compute
   * @throws BadInputException if the engine does not support that network or device, or the device
   *     cannot be used
   */
  public static Compute choose(
      Engine engine, Precision precision, int threads, String device, ModelSpec spec) {
    if (engine != Engine.ONEDNN) {
      return choose(engine, precision, threads, Device.named(device), spec);
    }
    if (!device.equals(Device.AUTO) && !device.equals(Device.CPU.toString())) {
      throw new BadInputException(
          "{engine} onednn {device} %s: oneDNN computes on the CPU only; use {engine} auto or libtorch"
              .formatted(device));
    }
    return choose(engine, precision, threads, Device.CPU, spec);
  }

  /**
   * Resolves {@code auto} on a device.
   *
   * @param threads 0 for one per processor
   * @param spec the network to compute
   * @throws BadInputException if the engine does not support that network
   */
  public static Compute choose(
      Engine engine, Precision precision, int threads, Device device, ModelSpec spec) {
    DType type = precision.type(device);
    boolean runs = OneDnnEngine.runs(spec);
    boolean computes = OneDnnEngine.computes(type);
    if (engine == Engine.ONEDNN && !computes) {
      throw new BadInputException(
          "{engine} onednn {precision} bf16: this processor (%s) lacks AVX-512, which oneDNN needs for bfloat16; use {precision} fp32 or {engine} libtorch"
              .formatted(TorchRuntime.instructionSet()));
    }
    if (engine == Engine.ONEDNN && !runs) {
      throw new BadInputException(
          "{engine} onednn does not support a %s%s; use {engine} auto or libtorch"
              .formatted(
                  spec.arch().text(),
                  spec.gated() ? " with {gate} " + spec.gate().kind().text() : ""));
    }
    if (engine == Engine.ONEDNN && !device.isCpu()) {
      throw new IllegalArgumentException("oneDNN computes on the CPU only, not on " + device);
    }
    Engine fastest = runs && computes && device.isCpu() ? Engine.ONEDNN : Engine.LIBTORCH;
    return new Compute(
        engine == Engine.AUTO ? fastest : engine,
        type,
        TorchRuntime.start(threads),
        device,
        Canvas.NONE.text());
  }

  /** Returns a copy with another {@link #canvasOption}. */
  public Compute withCanvas(String text) {
    return new Compute(engine, type, threads, device, text);
  }

  /**
   * Resolves the canvas and returns its text. With {@code auto}, the first search on a machine
   * takes a moment.
   */
  public String chooseCanvas() {
    return chosenCanvas().text();
  }

  private Canvas chosenCanvas() {
    if (engine == Engine.LIBTORCH) {
      return Canvas.NONE;
    }
    return canvasOption.equals(AUTO) ? CanvasSearch.fastest(type) : Canvas.parse(canvasOption);
  }

  /** {@link Precision#FP32} or {@link Precision#BF16}. */
  public Precision precision() {
    return type == DType.BFLOAT16 ? Precision.BF16 : Precision.FP32;
  }

  /**
   * Moves {@code network} to the device and lets the engine compute it from now on. Close the
   * engine after the network's last use.
   *
   * @throws IllegalStateException if an optimizer holds the network on another device
   */
  public BackboneEngine attach(ResNet network) {
    network.moveTo(device);
    BackboneEngine attached = engineFor(network);
    network.runOn(attached);
    return attached;
  }

  private BackboneEngine engineFor(ResNet network) {
    useThreads();
    return engine == Engine.LIBTORCH
        ? new LibtorchEngine(type)
        : new OneDnnEngine(network.backbone(), type, threads, this::chosenCanvas);
  }

  /** Sets libtorch's number of threads for this engine, in case another engine has run. */
  public void useThreads() {
    // What the other engine leaves to libtorch is small, and idle threads would contend with it.
    TorchRuntime.start(engine == Engine.LIBTORCH ? threads : 1);
  }
}
