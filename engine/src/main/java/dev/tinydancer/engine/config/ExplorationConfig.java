package dev.tinydancer.engine.config;

/**
 * How agents of which little is known are tried out.
 *
 * @param weight the quality that they are credited with for each unit of doubt, at least 0; 0 is never
 * @param share of the requests may try them out where their policy does not say otherwise, in [0, 1]
 * @param usdPerDay what that may cost each tenant on a day of UTC, at least 0; infinite for any amount
 */
public record ExplorationConfig(double weight, double share, double usdPerDay) {}
