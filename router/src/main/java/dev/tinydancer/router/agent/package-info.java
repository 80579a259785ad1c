/** Agents: what can answer a request, what it costs and how it has performed. */
@NullMarked
package dev.tinydancer.router.agent;

import org.jspecify.annotations.NullMarked;
