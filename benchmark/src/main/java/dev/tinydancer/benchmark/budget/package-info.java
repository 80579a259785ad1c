/** Benchmarks of what the optimisation of batches and budgets takes beyond prediction. JMH; each class says its command. */
@NullMarked
package dev.tinydancer.benchmark.budget;

import org.jspecify.annotations.NullMarked;
