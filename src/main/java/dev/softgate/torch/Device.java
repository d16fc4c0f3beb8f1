package dev.softgate.torch;

import dev.softgate.BadInputException;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a tensor lies and is computed: this machine's processor, or one of its graphics cards.
 * Every tensor is created on a given device, and an operation refuses operands on different
 * devices.
 */
public final class Device {

  private static final Logger LOG = LoggerFactory.getLogger(Device.class);

  /** The name that leaves the choice open. */
  public static final String AUTO = "auto";

  private static final String LOCAL_RANK = "LOCAL_RANK";
  private static final String PREFIX = "cuda:";

  /** The processor, with the memory of this process. */
  public static final Device CPU = new Device(DeviceType.CPU, -1); // as libtorch names it

  private final DeviceType type;
  private final int index;

  /**
   * A device.
   *
   * @param index its number among those of its type, from 0; −1 without a number
   */
  Device(DeviceType type, int index) {
    this.type = type;
    this.index = index;
  }

  /**
   * The device of a name, ready to compute. Loads the native library.
   *
   * @param name {@code cpu}; {@code cuda:1}; {@code cuda}, the card of this process's {@code
   *     LOCAL_RANK} on its machine, else the first; {@code auto}, as cuda where that can be used,
   *     else cpu, which the log says
   * @throws BadInputException if it cannot be used, with what is missing: a build for CUDA, a
   *     driver, or a card
   */
  public static Device named(String name) {
    if (name.equals(AUTO)) {
      String missing = Cuda.missing();
      Device found = missing == null ? Cuda.open(name, localRank(System.getenv())) : CPU;
      LOG.info("device auto: {}{}", found, missing == null ? "" : "; " + missing);
      return found;
    }
    return name.equals(CPU.toString())
        ? CPU
        : Cuda.open(
            name,
            name.startsWith(PREFIX)
                ? Integer.parseInt(name.substring(PREFIX.length()))
                : localRank(System.getenv()));
  }

  /**
   * The number of this process on its machine, as launchers set it; 0 without one.
   *
   * @throws BadInputException if it is no number
   */
  static int localRank(Map<String, String> environment) {
    @Nullable String rank = environment.get(LOCAL_RANK);
    if (rank != null && !rank.matches("\\d{1,4}")) {
      throw new BadInputException("%s=%s: must be a number from 0".formatted(LOCAL_RANK, rank));
    }
    return rank == null ? 0 : Integer.parseInt(rank);
  }

  /**
   * A graphics card, whether or not there is one.
   *
   * @param index its number from 0, in the order of CUDA
   */
  static Device cuda(int index) {
    return new Device(DeviceType.CUDA, index);
  }

  /** The device of a native tensor. */
  static Device of(org.bytedeco.pytorch.Tensor tensor) {
    if (tensor.is_cpu()) {
      return CPU;
    }
    try (org.bytedeco.pytorch.Device device = tensor.device()) {
      return new Device(device.type(), device.index());
    }
  }

  /** Whether this is {@link #CPU}. */
  public boolean isCpu() {
    return type == DeviceType.CPU;
  }

  /** Whether this is a graphics card. */
  public boolean isCuda() {
    return type == DeviceType.CUDA;
  }

  /** Whether it computes faster in bfloat16 than in float32. */
  public boolean hasFastBfloat16() {
    return isCuda() ? Cuda.hasFastBfloat16() : TorchRuntime.hasFastBfloat16();
  }

  /** The options of a new tensor on this device. */
  TensorOptions options(DType dtype) {
    return new TensorOptions(dtype.scalarType).device(new DeviceOptional(pointer()));
  }

  org.bytedeco.pytorch.Device pointer() {
    return new org.bytedeco.pytorch.Device(type, (byte) index);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Device device && device.type == type && device.index == index;
  }

  @Override
  public int hashCode() {
    return 31 * type.hashCode() + index;
  }

  /** As in the option {@code --device}: {@code cpu}, {@code cuda:0}. */
  @Override
  public String toString() {
    return isCpu() ? "cpu" : (type.name() + ":" + index).toLowerCase(Locale.ROOT);
  }
}
