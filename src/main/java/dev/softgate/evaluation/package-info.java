@NullMarked
package dev.softgate.evaluation;

import org.jspecify.annotations.NullMarked;
