package dev.softgate.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a setting: everything there is to say about a component of a section of {@link
 * RunConfig}, but for the numbers it may be, which a {@link dev.softgate.Range} states. The key of
 * the file, the option of the command line, the help, the default, the checks and the meaning of
 * older files follow from it; {@link Settings} lists them all.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

  /**
   * What it is, for the help. {@code {choices}} stands for the values it may have, {@code {lr}} for
   * another setting. The default follows in brackets, or stands where the text has {@code
   * {default}}.
   */
  String help();

  /** What stands for the value in the help; empty for what its type suggests, such as {@code N}. */
  String label() default "";

  /** The default, as on the command line: {@code 133,200}, or {@code none} for null. */
  String value() default "none";

  /** The values it may have, where its type does not say; any if empty. */
  String[] choices() default {};

  /** What its text must look like. */
  Form form() default Form.ANY;

  /**
   * The value that versions without the setting worked with, which is what their files mean. Empty
   * for the settings of the first version: every file has them.
   */
  String earlier() default "";

  /** What changes with it. */
  Affects affects() default Affects.RESULT;

  /** Whether it means nothing to a network without gate. */
  boolean ofGate() default false;

  /** How many arguments its option takes, as picocli writes it. */
  String arity() default "1";

  /** What the published training script calls its option. */
  String[] published() default {};
}
