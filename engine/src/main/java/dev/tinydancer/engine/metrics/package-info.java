/**
 * What is measured, as Prometheus reads it. {@link dev.tinydancer.engine.metrics.CallMetrics} and {@link
 * dev.tinydancer.engine.metrics.LogMetrics} are written to by many threads.
 */
@NullMarked
package dev.tinydancer.engine.metrics;

import org.jspecify.annotations.NullMarked;
