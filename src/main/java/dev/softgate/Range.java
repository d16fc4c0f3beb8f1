package dev.softgate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The numbers that a component of a record may be, or the elements of one, where it is read from a
 * file; without limits any finite number. NaN and infinity are in no range.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Range {

  /** The least. */
  double from() default -Double.MAX_VALUE;

  /** The greatest. */
  double to() default Double.MAX_VALUE;

  /** Whether {@link #from} itself is too small. */
  boolean above() default false;
}
