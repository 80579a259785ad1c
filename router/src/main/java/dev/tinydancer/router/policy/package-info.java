/**
 * Policies: how predicted quality, cost and latency become one utility. {@link dev.tinydancer.router.policy.Policy} is the
 * entry, and holds those that SQL knows by name. Everything here is stateless.
 */
@NullMarked
package dev.tinydancer.router.policy;

import org.jspecify.annotations.NullMarked;
