/**
 * The command line: one class a command, and what they share.
 *
 * <p>{@link dev.softgate.cli.Main} wires the commands to the programs they run and turns the way
 * they end into an exit code: 0 done, 2 bad usage or bad input, 130 interrupted, 1 anything else.
 * Errors are one line on standard error. Standard output carries results alone, as one JSON object
 * where {@code --json} is given; logs and progress go to standard error.
 *
 * <p>Options that set a key of the {@linkplain dev.softgate.config.RunConfig run configuration} are
 * declared in {@link dev.softgate.cli.ConfigOptions} and bound by name: {@code --batch-size} sets
 * {@code batch-size}. {@link dev.softgate.cli.SeedOptions} knows the spellings of the published
 * training script. {@link dev.softgate.cli.ConfigResolution} puts file, preset and options
 * together.
 *
 * <p>This package may use every other; none uses it. Classes load quickly for {@code --help}: no
 * command touches Jackson, logging or native code before it runs. Start with {@link
 * dev.softgate.cli.TrainCommand}.
 */
@NullMarked
package dev.softgate.cli;

import org.jspecify.annotations.NullMarked;
