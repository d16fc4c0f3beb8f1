package dev.softgate.data;

import dev.softgate.Choice;

/** What a shifted image shows beyond its edge. */
public enum CropFill implements Choice {
  BLACK,
  /** The image mirrored at its edge, which itself is not repeated. */
  REFLECT
}
