/**
 * The engine's connections to its database. {@link dev.tinydancer.engine.jdbc.Database} is the entry; it is safe for
 * concurrent use.
 */
@NullMarked
package dev.tinydancer.engine.jdbc;

import org.jspecify.annotations.NullMarked;
