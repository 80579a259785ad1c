/**
 * Policies: how predicted quality, cost and latency become one utility. {@link
 * dev.tinydancer.router.policy.OptimizationTarget} names them as SQL does. Everything here is stateless.
 *
 * <p>Utilities compare the candidates of one request with one another; across requests they mean nothing.
 */
@NullMarked
package dev.tinydancer.router.policy;

import org.jspecify.annotations.NullMarked;
