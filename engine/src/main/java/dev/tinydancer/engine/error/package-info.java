/**
 * How the engine fails towards SQL: {@link dev.tinydancer.engine.error.EngineException} carries a SQLSTATE, a message
 * and, where they help, DETAIL and HINT. Immutable, hence safe for any thread.
 */
@NullMarked
package dev.tinydancer.engine.error;

import org.jspecify.annotations.NullMarked;
