package dev.tinydancer.engine.config;

import java.time.Duration;

/**
 * How the engine deals with the log of decisions and outcomes.
 *
 * @param queueSize decisions that may wait to be written
 * @param flushInterval how often they are written
 * @param outcomePollInterval how often recorded outcomes are looked for
 * @param remembered how many outcomes the routers of tenants keep
 * @param maintenanceInterval how often partitions are made and dropped
 * @param rollupInterval how often the log is added up by hour
 */
public record LogConfig(
        int queueSize,
        Duration flushInterval,
        Duration outcomePollInterval,
        OutcomeLimits remembered,
        Duration maintenanceInterval,
        Duration rollupInterval) {}
