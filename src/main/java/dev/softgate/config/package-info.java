/**
 * The settings of a run, each declared once.
 *
 * <p>A setting is a component of one of the five sections of {@link dev.softgate.config.RunConfig},
 * annotated with {@link dev.softgate.config.Setting} and, for numbers, {@link dev.softgate.Range}.
 * {@link dev.softgate.config.Settings} lists them. From the declaration follow the key of the file,
 * the option of the command line with its help and default, the checks with their messages, the
 * meaning of files of earlier versions, and what a resumed run may change ({@link
 * dev.softgate.config.Affects}). Rules between settings are in {@code ConfigRules}.
 *
 * <p>{@code RunConfig} is the content of {@code config.yaml}: complete and checked. {@link
 * dev.softgate.config.Presets} reads the recipes that come with Softgate, which list differences
 * from a base. A run's own file has every value, so that a later change of a default changes no
 * earlier run.
 *
 * <p>Start with {@link dev.softgate.config.OptimizationConfig}, a section, and {@link
 * dev.softgate.config.RunConfig}.
 */
@NullMarked
package dev.softgate.config;

import org.jspecify.annotations.NullMarked;
