package dev.softgate.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * What the system asks of the process: {@code INT} (Ctrl-C), {@code TERM}, {@code HUP}.
 *
 * <p>By reflection, because the compiler warns of {@code sun.misc.Signal} in a way that cannot be
 * switched off. A shutdown hook is no substitute: while hooks run, a second signal is without
 * effect.
 */
final class Signals {

  private Signals() {}

  /**
   * Has a signal answered by {@code action}, on a thread of its own, which is told its number.
   * Where there is no such signal, or the process was started to ignore it, nothing changes.
   *
   * @return gives the signal back to who answered it before
   */
  static Runnable handle(String name, IntConsumer action) {
    try {
      Class<?> type = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Method number = type.getMethod("getNumber");
      Method handle = type.getMethod("handle", type, handlerType);
      Object signal = type.getConstructor(String.class).newInstance(name);
      Object handler =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handlerType},
              (proxy, method, arguments) -> {
                if (method.getDeclaringClass() == Object.class) {
                  return method.invoke(action, arguments);
                }
                action.accept((int) number.invoke(arguments[0]));
                return null;
              });
      Object before = handle.invoke(null, signal, handler);
      return () -> {
        try {
          handle.invoke(null, signal, before);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException("signal " + name + " cannot be given back", e);
        }
      };
    } catch (ReflectiveOperationException e) {
      return () -> {}; // no such signal on this system
    }
  }
}
