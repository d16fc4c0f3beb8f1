/**
 * The settings of a run, each declared once.
 *
 * <p>A setting is a component of one of the five sections of {@link dev.softgate.config.RunConfig},
 * annotated with {@link dev.softgate.config.Setting} and, for numbers, {@link dev.softgate.Range}.
 * From the declaration follow the key of the file, the option of the command line with its help and
 * default, the checks with their messages, the meaning of files of earlier versions, and what a
 * resumed run may change ({@link dev.softgate.config.Affects}). {@link dev.softgate.config.Presets}
 * reads the recipes.
 *
 * <p>Start with {@link dev.softgate.config.OptimizationConfig}, a section.
 */
@NullMarked
package dev.softgate.config;

import org.jspecify.annotations.NullMarked;
