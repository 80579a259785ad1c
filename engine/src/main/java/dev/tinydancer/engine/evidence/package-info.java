/**
 * Brings recorded outcomes to the router of each tenant, whoever recorded them and whichever engine had decided: {@link
 * dev.tinydancer.engine.evidence.EvidenceFeed}. One thread reads, another learns; predictions wait for neither.
 */
@NullMarked
package dev.tinydancer.engine.evidence;

import org.jspecify.annotations.NullMarked;
