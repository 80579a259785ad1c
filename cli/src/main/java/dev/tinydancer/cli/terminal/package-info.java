/**
 * What the commands share in speaking to their caller: two streams, tables, JSON, failures, the end of the process.
 *
 * <p>Entry type: {@link dev.tinydancer.cli.terminal.Terminal}.
 */
@NullMarked
package dev.tinydancer.cli.terminal;

import org.jspecify.annotations.NullMarked;
