package dev.softgate.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * Signals of the system: {@code INT} (Ctrl-C), {@code TERM}, {@code HUP}.
 *
 * <p>This uses reflection because the compiler's warning about {@code sun.misc.Signal} cannot be
 * switched off. A shutdown hook is no substitute: while hooks run, a second signal has no effect.
 */
final class Signals {

  private Signals() {}

  /**
   * Lets {@code action} handle a signal on a separate thread, with the signal's number. Nothing
   * changes if there is no such signal or the process was started to ignore it.
   *
   * @return restores the previous handler
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
