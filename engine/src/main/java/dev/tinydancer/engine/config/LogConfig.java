package dev.tinydancer.engine.config;

import java.time.Duration;

/**
 * How the engine deals with the log of decisions and outcomes.
 *
 * @param queueSize decisions that may wait to be written
 * @param flushInterval how often they are written
 * @param outcomePollInterval how often recorded outcomes are looked for
 * @param outcomeHistory how many of each tenant's latest outcomes are read at the start
 * @param maintenanceInterval how often partitions are made and dropped
 * @param rollupInterval how often the log is added up by hour
 */
public record LogConfig(
        int queueSize,
        Duration flushInterval,
        Duration outcomePollInterval,
        int outcomeHistory,
        Duration maintenanceInterval,
        Duration rollupInterval) {}
