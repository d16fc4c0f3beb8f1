@NullMarked
package dev.softgate.torch;

import org.jspecify.annotations.NullMarked;
