package dev.softgate.config;

/** What differs between two trainings that differ in a setting alone. */
public enum Affects {
  /** The trained network or what is measured of it. */
  RESULT,

  /** The result, in the last bits alone: how it is computed. */
  ROUNDING,

  /** Where input lies. What the files hold is told by their hashes. */
  INPUT,

  /** Which folder the run has. */
  FOLDER,

  /** When a session saves and ends. A resumption may change it. */
  SESSION,

  /** Which epochs are tested or kept. The network of the last epoch is the same. */
  RECORD
}
