package dev.softgate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The range of a record's component, or of each of its elements, when it is read from a file or an
 * option. Without limits, any finite number is in range; NaN and infinity never are.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Range {

  /** The minimum. */
  double from() default -Double.MAX_VALUE;

  /** The maximum. */
  double to() default Double.MAX_VALUE;

  /** Whether {@link #from} itself is out of range. */
  boolean above() default false;

  /** Whether {@link #to} itself is out of range. */
  boolean below() default false;
}
