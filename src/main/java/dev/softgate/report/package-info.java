/**
 * The report: one HTML page that shows what one or more runs are and what they reached, with
 * everything in it, so that it can be mailed, printed and kept.
 *
 * <p>What enters are run folders; a {@link dev.softgate.report.ReportedRun} is what was read from
 * one. What leaves is a file. In between each section of the page ({@code LearningSection}, {@code
 * GateSection}, …) turns runs into {@link dev.softgate.report.Block}s: notes, tables, charts and
 * galleries. The template {@code page.jte} turns those into HTML and escapes every text in them;
 * what it takes as markup are the charts, which escape their own.
 *
 * <p>The package uses {@code experiment} for run folders, {@code training} for configurations,
 * {@code data} for the images of galleries, {@code scoring.statistics} to hold scores to known
 * labels, {@code interop} for tables and files and {@code chart} for charts. Start with {@link
 * dev.softgate.report.Report}.
 */
@NullMarked
package dev.softgate.report;

import org.jspecify.annotations.NullMarked;
