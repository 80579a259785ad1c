/**
 * Spans of calls for those who trace requests. {@link dev.tinydancer.engine.trace.CallTrace} is told of each call;
 * OpenTelemetry is loaded only where an endpoint is configured.
 */
@NullMarked
package dev.tinydancer.engine.trace;

import org.jspecify.annotations.NullMarked;
