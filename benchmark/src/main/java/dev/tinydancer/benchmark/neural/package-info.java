/** Benchmarks of FastGRNN and of the request classifier. JMH; each class says its command. */
@NullMarked
package dev.tinydancer.benchmark.neural;

import org.jspecify.annotations.NullMarked;
