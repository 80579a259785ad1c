/** What a benchmark found: {@link dev.tinydancer.benchmark.measurement.Measurement}. Immutable. */
@NullMarked
package dev.tinydancer.benchmark.measurement;

import org.jspecify.annotations.NullMarked;
