/**
 * Semantic routes: named targets with example utterances that a query is matched to by meaning. {@link
 * dev.tinydancer.router.semantic.RouteIndex} is the entry: an immutable snapshot of routes that answers with the best of
 * them, or with none. {@link dev.tinydancer.router.semantic.RouteFitter} learns thresholds from labelled queries.
 *
 * <p>The vocabulary (route, utterances, score threshold) follows the field's open semantic routers. Everything here is
 * immutable and safe for use by several threads; nothing here counts, stores or embeds.
 */
@NullMarked
package dev.tinydancer.router.semantic;

import org.jspecify.annotations.NullMarked;
