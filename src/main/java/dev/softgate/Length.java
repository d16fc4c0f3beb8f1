package dev.softgate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The number of elements that a list or array of a record may have when it is read from a file. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Length {

  /** The minimum. */
  int from() default 0;

  /** The maximum. */
  int to() default Integer.MAX_VALUE;

  /** Whether files of earlier versions lack it, so that the record's constructor gets null. */
  boolean addedLater() default false;
}
