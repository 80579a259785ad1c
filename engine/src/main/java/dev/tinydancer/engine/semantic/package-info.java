/**
 * Semantic routes as all engines serve them together: {@link dev.tinydancer.engine.semantic.RouteFinder} finds the routes for
 * a query and keeps to their rate limits, which are counted in the database. Safe for concurrent use.
 */
@NullMarked
package dev.tinydancer.engine.semantic;

import org.jspecify.annotations.NullMarked;
