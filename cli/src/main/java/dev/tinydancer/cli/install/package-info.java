/** {@code install} and {@code uninstall}: Tiny Dancer in a PostgreSQL that is there already. */
@NullMarked
package dev.tinydancer.cli.install;

import org.jspecify.annotations.NullMarked;
