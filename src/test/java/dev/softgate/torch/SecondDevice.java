package dev.softgate.torch;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.File;
import java.util.Objects;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.jspecify.annotations.Nullable;

/**
 * A device other than the CPU on any machine: libtorch's {@code lazy} device. It records
 * operations, and computes them on the processor when a value is read. Like a graphics card, it has
 * memory of its own: an operation that meets a CPU tensor fails, even for one element.
 */
public final class SecondDevice {

  /** C++'s name of {@code torch::lazy::InitTorchScriptBackend()}. */
  private static final String START = "_ZN5torch4lazy22InitTorchScriptBackendEv";

  private static final String EXECUTOR = "_ZN5torch4lazy17LazyGraphExecutor3GetEv";

  private static final String COMPUTE =
      "_ZN5torch4lazy17LazyGraphExecutor20SyncLiveTensorsGraphEPKNS0_13BackendDeviceE"
          + "N3c108ArrayRefINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEEb";

  private static @Nullable NativeLibrary library;

  private SecondDevice() {}

  /** The device, started at the first call. */
  public static synchronized Device get() {
    if (library == null) {
      TorchRuntime.start(1);
      File jni = new File(Loader.load(torch.class));
      library =
          NativeLibrary.getInstance(new File(jni.getParentFile(), "libtorch_cpu.so").getPath());
      library.getFunction(START).invokeVoid(new Object[0]);
    }
    return new Device(DeviceType.Lazy, 0);
  }

  /** Computes all tensors of the device; without that, each value repeats all steps before it. */
  public static synchronized void computeAll() {
    NativeLibrary started = Objects.requireNonNull(library);
    Object executor = started.getFunction(EXECUTOR).invoke(Pointer.class, new Object[0]);
    Object[] allDevicesAndWait = {executor, Pointer.NULL, Pointer.NULL, 0L, 1};
    started.getFunction(COMPUTE).invokeVoid(allDevicesAndWait);
  }
}
