/**
 * The decision: which agent answers a request, under constraints, and why. {@link
 * dev.tinydancer.router.routing.Router} is the entry; start reading there. {@link
 * dev.tinydancer.router.routing.MultiAgentPlanner} makes several agents work on one request. Immutable, safe for
 * concurrent use.
 */
@NullMarked
package dev.tinydancer.router.routing;

import org.jspecify.annotations.NullMarked;
