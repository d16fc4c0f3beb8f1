/** Placeholder text, replaced when the package is complete. */
@NullMarked
package dev.softgate.scoring;

import org.jspecify.annotations.NullMarked;
