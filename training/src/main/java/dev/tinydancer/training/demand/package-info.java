/**
 * Makes the model of how demanding a request is, {@link dev.tinydancer.router.neural.DemandModel}: {@link
 * dev.tinydancer.training.demand.DemandTrainer}. Used by one thread.
 */
@NullMarked
package dev.tinydancer.training.demand;

import org.jspecify.annotations.NullMarked;
