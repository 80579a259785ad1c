/**
 * Semantic routes, measured: the time of a search (JMH), the quality on labelled intents, and the fit of the constants in
 * {@link dev.tinydancer.router.semantic.RouteCalibration#BGE_SMALL}. Each class says its command.
 */
@NullMarked
package dev.tinydancer.benchmark.semantic;

import org.jspecify.annotations.NullMarked;
