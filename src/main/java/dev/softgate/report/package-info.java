/**
 * The report: one self-contained HTML page about one or more runs, to mail, print and archive.
 *
 * <p>A {@link dev.softgate.report.ReportedRun} holds what was read from a run folder. Each section
 * of the page ({@code LearningSection}, {@code GateSection}, …) turns runs into {@link
 * dev.softgate.report.SectionElement}s: notes, tables, charts and galleries. The template {@code
 * page.jte} renders them as HTML and escapes all texts except charts, which escape their own. Start
 * with {@link dev.softgate.report.Report}.
 */
@NullMarked
package dev.softgate.report;

import org.jspecify.annotations.NullMarked;
