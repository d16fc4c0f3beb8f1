/**
 * The command line: one class a command, and what they share.
 *
 * <p>{@link dev.softgate.cli.Main} wires the commands to the programs they run and turns the way
 * they end into an exit code: 0 done, 2 bad usage or bad input, 130 interrupted, 1 anything else.
 * Errors are one line on standard error. Standard output carries results alone, as one JSON object
 * where {@code --json} is given; logs and progress go to standard error.
 *
 * <p>{@link dev.softgate.cli.SettingOptions} makes the options that set settings: all of them for
 * {@code train}, some for other commands. What is to be said of an option stands where the
 * {@linkplain dev.softgate.config.Setting setting is declared}. {@link
 * dev.softgate.cli.SeedOptions} knows the other options of the published training script. {@link
 * dev.softgate.cli.ConfigResolution} combines file, preset and options.
 *
 * <p>This package may use every other; none uses it. Classes load quickly for {@code --help}: no
 * command touches Jackson, logging or native code before it runs. Start with {@link
 * dev.softgate.cli.TrainCommand}.
 */
@NullMarked
package dev.softgate.cli;

import org.jspecify.annotations.NullMarked;
