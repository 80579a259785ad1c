/**
 * Sets up Tiny Dancer in a PostgreSQL database: roles, extension, schemas, migrations, secrets.
 *
 * <p>Entry type: {@link dev.tinydancer.postgres.install.Installer}. Installing twice changes nothing the second time. Not for concurrent use
 * of one instance; two installers against one database wait for each other.
 */
@NullMarked
package dev.tinydancer.postgres.install;

import org.jspecify.annotations.NullMarked;
