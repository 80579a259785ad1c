/**
 * Whether the model of how demanding a request is tells plain from demanding requests, and what it does to predicted quality:
 * {@link dev.tinydancer.benchmark.demand.DemandSuite}. Used by one thread.
 */
@NullMarked
package dev.tinydancer.benchmark.demand;

import org.jspecify.annotations.NullMarked;
