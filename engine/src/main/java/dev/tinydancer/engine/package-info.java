/**
 * The process that answers: {@link dev.tinydancer.engine.Engine} puts its parts together, starts and stops them. Start
 * reading there; the way of one call is {@code wire}, {@code call}, {@code catalog}, then the router.
 */
@NullMarked
package dev.tinydancer.engine;

import org.jspecify.annotations.NullMarked;
