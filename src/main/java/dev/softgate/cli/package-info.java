/**
 * The command line: one class per command, and shared classes.
 *
 * <p>{@link dev.softgate.cli.Main} connects the commands to the programs they run and turns
 * outcomes into exit codes: 0 success, 2 bad usage or bad input, 130 interrupted, 1 anything else.
 * Errors are one line on standard error. Standard output carries only results, as one JSON object
 * with {@code --json}; logs and progress go to standard error.
 *
 * <p>{@link dev.softgate.cli.SettingOptions} creates the options of settings: all of them for
 * {@code train}, some for other commands. The {@linkplain dev.softgate.config.Setting declaration
 * of a setting} contains its help. {@link dev.softgate.cli.SeedOptions} knows the other options of
 * the published training script. {@link dev.softgate.cli.ConfigResolution} combines file, preset
 * and options.
 *
 * <p>A command checks its options, makes one call and prints the record that it gets: {@link
 * dev.softgate.cli.JsonOutput} as JSON, {@link dev.softgate.cli.FigureText} or the command's own
 * table as text.
 *
 * <p>This package may use every other; none uses it. {@code --help} is fast: no command touches
 * Jackson, logging or native code before it runs. Start with {@link dev.softgate.cli.TrainCommand}.
 */
@NullMarked
package dev.softgate.cli;

import org.jspecify.annotations.NullMarked;
