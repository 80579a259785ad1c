/**
 * How to reach a database, as people write it: URLs in libpq's and in JDBC's form, and password files.
 *
 * <p>Entry type: {@link dev.tinydancer.postgres.connection.DatabaseUrl}. Every type is immutable. No message and no
 * {@code toString} shows a password.
 *
 * @see <a href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS">libpq's URLs</a>
 * @see <a href="https://www.postgresql.org/docs/current/libpq-pgpass.html">the password file</a>
 */
@NullMarked
package dev.tinydancer.postgres.connection;

import org.jspecify.annotations.NullMarked;
