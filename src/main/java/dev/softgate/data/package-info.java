/** Placeholder text, replaced when the package is complete. */
@NullMarked
package dev.softgate.data;

import org.jspecify.annotations.NullMarked;
