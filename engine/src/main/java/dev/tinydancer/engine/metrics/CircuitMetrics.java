package dev.tinydancer.engine.metrics;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;

/** The circuits of agents. */
public final class CircuitMetrics {

    /**
     * The circuit of an agent.
     *
     * @param state as in SQL
     */
    public record State(String tenant, String agent, String state) {

        public State {
            requireNonNull(tenant, "tenant");
            requireNonNull(agent, "agent");
            requireNonNull(state, "state");
        }
    }

    private final MultiGauge circuits;

    public CircuitMetrics(MeterRegistry registry) {
        this.circuits = MultiGauge.builder("tinydancer.circuit.state")
                .description("1 for the state of each agent's circuit that is not closed, open or half_open")
                .register(registry);
    }

    /** Shows these circuits and no others. */
    public void show(List<State> present) {
        EngineGauges.showRows(
                circuits,
                present,
                circuit -> Tags.of("tenant", circuit.tenant(), "agent", circuit.agent(), "state", circuit.state()),
                _ -> 1);
    }
}
