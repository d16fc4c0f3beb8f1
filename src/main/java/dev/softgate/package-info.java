/** Softgate: residual networks whose deeper layers are gated by how hard each image is. */
@NullMarked
package dev.softgate;

import org.jspecify.annotations.NullMarked;
