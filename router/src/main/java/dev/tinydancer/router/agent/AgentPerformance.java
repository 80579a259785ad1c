package dev.tinydancer.router.agent;

/**
 * The figures that an agent is registered with, before anything has been learned of it.
 *
 * @param avgLatencyMillis mean time to an answer, in milliseconds, finite and at least 0
 * @param p99LatencyMillis the time that 99 of 100 answers keep, at least {@code avgLatencyMillis}
 * @param qualityScore the share of requests that it answers well, as its owner judges it, in [0, 1]
 */
public record AgentPerformance(double avgLatencyMillis, double p99LatencyMillis, double qualityScore) {

    public AgentPerformance {
        if (!(avgLatencyMillis >= 0 && avgLatencyMillis < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "avgLatencyMillis must be a finite number of at least 0, got " + avgLatencyMillis);
        }
        if (!(p99LatencyMillis >= avgLatencyMillis && p99LatencyMillis < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("p99LatencyMillis must be finite and at least avgLatencyMillis "
                    + avgLatencyMillis + ", got " + p99LatencyMillis);
        }
        if (!(qualityScore >= 0 && qualityScore <= 1)) {
            throw new IllegalArgumentException("qualityScore must be in [0, 1], got " + qualityScore);
        }
    }
}
