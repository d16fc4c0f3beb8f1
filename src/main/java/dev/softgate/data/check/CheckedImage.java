package dev.softgate.data.check;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * An image in a report.
 *
 * @param id the image's index in its {@link CheckedSet}
 * @param file absolute path, or {@code PART:INDEX} where the set has no files
 * @param className the class that its label names
 * @param part {@code train}, {@code validation} or {@code test}
 */
public record CheckedImage(@JsonIgnore int id, String file, String className, String part) {}
