/**
 * {@code prices} and {@code models}: lists that others keep of what models cost. The file is read here, everything else is done
 * by the SQL functions.
 */
@NullMarked
package dev.tinydancer.cli.prices;

import org.jspecify.annotations.NullMarked;
