/** Benchmarks of deciding and of learning, in process. JMH; each class says its command. */
@NullMarked
package dev.tinydancer.benchmark.routing;

import org.jspecify.annotations.NullMarked;
