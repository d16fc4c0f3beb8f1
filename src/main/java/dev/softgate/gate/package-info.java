@NullMarked
package dev.softgate.gate;

import org.jspecify.annotations.NullMarked;
