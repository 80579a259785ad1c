/**
 * Health and metrics over HTTP, for those who watch the engine: {@link dev.tinydancer.engine.http.HttpEndpoints}. Each
 * request has a virtual thread.
 */
@NullMarked
package dev.tinydancer.engine.http;

import org.jspecify.annotations.NullMarked;
