/**
 * What the SQL functions mean, tried on a real PostgreSQL. Where a function calls the engine, {@link
 * dev.tinydancer.postgres.functions.ScriptedEngine} stands at the other end of the wire and answers what the test says;
 * the real engine's tests are in its own module.
 */
@NullMarked
package dev.tinydancer.postgres.functions;

import org.jspecify.annotations.NullMarked;
