/**
 * A real PostgreSQL for integration tests: one server for each test run, one database for each test class.
 *
 * <p>Entry type: {@link dev.tinydancer.postgres.testing.TestDatabase}. Travels as the module's test jar. The property
 * {@value dev.tinydancer.postgres.testing.TestServer#INSTALLATION_PROPERTY} or the environment variable
 * {@value dev.tinydancer.postgres.testing.TestServer#INSTALLATION_VARIABLE} names another installation to run on, for
 * example {@code /usr/lib/postgresql/15}, or a jar of binaries. What the tag {@code once} marks is left out where the
 * ordinary build runs the tests on PostgreSQL 15 as well.
 */
@NullMarked
package dev.tinydancer.postgres.testing;

import org.jspecify.annotations.NullMarked;
