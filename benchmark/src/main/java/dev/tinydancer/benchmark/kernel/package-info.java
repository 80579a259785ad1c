/**
 * What the parts of a decision take in process: {@link dev.tinydancer.benchmark.kernel.KernelBenchmarks} runs a choice of
 * this module's JMH benchmarks, each in a process of its own.
 */
@NullMarked
package dev.tinydancer.benchmark.kernel;

import org.jspecify.annotations.NullMarked;
