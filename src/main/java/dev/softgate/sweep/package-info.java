/**
 * Many trainings that differ in their settings: a grid, times seeds.
 *
 * <p>A {@link dev.softgate.sweep.SweepFile} is what the user wrote; a {@link
 * dev.softgate.sweep.SweepPlan} is the list of its runs, each with a complete configuration and a
 * name that depends on its settings alone; {@link dev.softgate.sweep.Sweep} trains the unfinished
 * runs, each in a process of its own. What was done is read from the {@link
 * dev.softgate.sweep.SweepFolder}, which several machines may share: nothing else is agreed on.
 * {@link dev.softgate.sweep.SweepResults} compares the finished runs.
 */
@NullMarked
package dev.softgate.sweep;

import org.jspecify.annotations.NullMarked;
