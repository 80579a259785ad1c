package dev.tinydancer.engine.evidence;

import dev.tinydancer.router.quality.RecordedOutcome;

/**
 * An outcome that predictions can learn from.
 *
 * @param tenant whose agents it tells something of
 */
record Evidence(String tenant, RecordedOutcome outcome) {}
