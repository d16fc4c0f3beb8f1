/**
 * The settings of a run: what they are, how they are spelled, which values are legal, and what a
 * file means that lacks one.
 *
 * <p>{@link dev.softgate.config.RunConfig} is the content of {@code config.yaml}: five sections,
 * complete and checked. {@link dev.softgate.config.Presets} reads the recipes that come with
 * Softgate. A run's own file holds every value, so a later change of a default changes no earlier
 * run.
 *
 * <p>Start with {@link dev.softgate.config.RunConfig}.
 */
@NullMarked
package dev.softgate.config;

import org.jspecify.annotations.NullMarked;
