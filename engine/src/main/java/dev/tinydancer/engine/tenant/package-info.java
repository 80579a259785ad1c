/**
 * What is held in memory for each tenant, and for how long. {@link dev.tinydancer.engine.tenant.PerTenant} keeps what can be
 * read or made anew: whoever needs it says so with each use, and who has not for a while is forgotten. Safe for concurrent
 * use.
 */
@NullMarked
package dev.tinydancer.engine.tenant;

import org.jspecify.annotations.NullMarked;
