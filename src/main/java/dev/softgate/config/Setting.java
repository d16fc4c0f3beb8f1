package dev.softgate.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a setting: all about a component of a section of {@link RunConfig}, but for its {@link
 * dev.softgate.Range}. {@link Settings} lists them all.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

  /**
   * The help. {@code {choices}} stands for the values, {@code {lr}} for another setting, {@code
   * {default}} for the default, which otherwise follows in brackets.
   */
  String help();

  /** What stands for the value in the help; empty for what its type suggests, such as {@code N}. */
  String label() default "";

  /** The default, as on the command line: {@code 133,200}, or {@code none} for null. */
  String value() default "none";

  /** The values it may have, where its type does not say; any if empty. */
  String[] choices() default {};

  Form form() default Form.ANY;

  /** What files of versions without the setting mean; empty for those of the first version. */
  String earlier() default "";

  Affects affects() default Affects.RESULT;

  /** Whether it means nothing to a network without gate. */
  boolean ofGate() default false;

  /** How many arguments its option takes, as picocli writes it. */
  String arity() default "1";

  /** What the published training script calls its option. */
  String[] published() default {};
}
