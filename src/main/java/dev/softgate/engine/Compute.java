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
import dev.softgate.torch.TorchRuntime;

/**
 * By what, and how precisely, a network is computed, with nothing left to choose.
 *
 * @param engine {@link Engine#ONEDNN} or {@link Engine#LIBTORCH}
 * @param type of the backbone's arithmetic: float32 or bfloat16
 * @param threads at least 1
 * @param canvasOption how onednn lays images out for the gradients of weights: the text of a {@link
 *     Canvas}, or {@code auto} for what is fastest on this machine
 */
public record Compute(Engine engine, DType type, int threads, String canvasOption) {

  /** What a {@link #canvasOption} leaves open. */
  public static final String AUTO = "auto";

  /**
   * Chooses what is left open: the fastest engine that runs the network so, bfloat16 where the
   * processor has it, all processors; no {@link Canvas}. Loads the native library.
   *
   * @param threads 0 for one per processor
   * @param spec the network that is to be computed
   * @throws BadInputException if the engine does not run that network so
   */
  public static Compute choose(Engine engine, Precision precision, int threads, ModelSpec spec) {
    DType type = precision.type();
    boolean runs = OneDnnEngine.runs(spec);
    boolean computes = OneDnnEngine.computes(type);
    if (engine == Engine.ONEDNN && !computes) {
      throw new BadInputException(
          "--engine onednn --precision bf16: this processor (%s) lacks AVX-512, without which oneDNN has no bfloat16; use --precision fp32 or --engine libtorch"
              .formatted(TorchRuntime.instructionSet()));
    }
    if (engine == Engine.ONEDNN && !runs) {
      throw new BadInputException(
          "--engine onednn does not run a %s%s; use --engine auto or libtorch"
              .formatted(
                  spec.arch().text(),
                  spec.gated() ? " with --gate " + spec.gate().kind().text() : ""));
    }
    Engine fastest = runs && computes ? Engine.ONEDNN : Engine.LIBTORCH;
    return new Compute(
        engine == Engine.AUTO ? fastest : engine,
        type,
        TorchRuntime.start(threads),
        Canvas.NONE.text());
  }

  /** The same with another {@link #canvasOption}. */
  public Compute withCanvas(String text) {
    return new Compute(engine, type, threads, text);
  }

  /**
   * How images are laid out for the gradients of weights, with nothing left to choose: the text of
   * a {@link Canvas}. Where that is open it takes a moment on a machine that has never looked.
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
   * Lets the engine compute {@code network} from now on; close it when the network is done with.
   */
  public BackboneEngine attach(ResNet network) {
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

  /**
   * Gives libtorch the threads that this wants it to have, where another engine has run meanwhile.
   */
  public void useThreads() {
    // What the other engine leaves to libtorch is small, and idle threads would contend with it.
    TorchRuntime.start(engine == Engine.LIBTORCH ? threads : 1);
  }
}
