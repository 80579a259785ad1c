/**
 * PostgreSQL and engine together on this machine: {@code up}, {@code down} and {@code status}, and what {@code demo} runs
 * on.
 *
 * <p>Entry type: {@link dev.tinydancer.cli.local.LocalInstance}; {@link dev.tinydancer.cli.local.LocalDirectory} says which
 * files there are.
 */
@NullMarked
package dev.tinydancer.cli.local;

import org.jspecify.annotations.NullMarked;
