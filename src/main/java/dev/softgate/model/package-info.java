@NullMarked
package dev.softgate.model;

import org.jspecify.annotations.NullMarked;
