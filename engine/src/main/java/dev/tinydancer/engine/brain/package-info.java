/** Puts the router of each tenant together: {@link dev.tinydancer.engine.brain.Brain}. Safe for concurrent use. */
@NullMarked
package dev.tinydancer.engine.brain;

import org.jspecify.annotations.NullMarked;
