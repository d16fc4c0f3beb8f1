/**
 * The report: one self-contained HTML page about one or more runs, to mail, print and archive.
 *
 * <p>A {@link dev.softgate.report.ReportedRun} holds a run folder's contents. Each section turns
 * runs into {@link dev.softgate.report.SectionElement}s, which the template {@code page.jte}
 * renders and escapes. Start with {@link dev.softgate.report.Report}.
 */
@NullMarked
package dev.softgate.report;

import org.jspecify.annotations.NullMarked;
