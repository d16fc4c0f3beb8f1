package dev.softgate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The numbers that a component of a record, or each of its elements, may have where it is read from
 * a file or an option. Without limits: any finite number. NaN and infinity are in no range.
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

  /** Whether {@link #to} itself is too great. */
  boolean below() default false;
}
