/**
 * The {@code tiny-dancer} command: parses its arguments and hands over to one package for each group of commands.
 *
 * <p>Entry type: {@link dev.tinydancer.cli.TinyDancer}. Results go to standard output, all else to standard error; the
 * exit code is 0, 1 for a failure and 2 for wrong usage.
 */
@NullMarked
package dev.tinydancer.cli;

import org.jspecify.annotations.NullMarked;
