/** {@code serve}: the engine for a PostgreSQL that is there already. */
@NullMarked
package dev.tinydancer.cli.serve;

import org.jspecify.annotations.NullMarked;
