/** Placeholder text, replaced when the package is complete. */
@NullMarked
package dev.softgate.training;

import org.jspecify.annotations.NullMarked;
