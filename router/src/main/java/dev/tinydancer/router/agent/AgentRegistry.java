package dev.tinydancer.router.agent;

import static java.util.stream.Collectors.toMap;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The agents of one tenant as they stood at one moment. Immutable; a change makes a new registry. */
public final class AgentRegistry {

    private final List<Agent> agents;
    private final Map<String, Agent> byName;

    private AgentRegistry(List<Agent> agents) {
        this.agents = agents;
        this.byName = agents.stream().collect(toMap(Agent::name, Function.identity(), (one, _) -> {
            throw new IllegalArgumentException("two agents have the name \"" + one.name() + "\"");
        }));
    }

    /**
     * A registry of the given agents.
     *
     * @throws IllegalArgumentException if two of them have the same name
     */
    public static AgentRegistry of(Collection<Agent> agents) {
        return new AgentRegistry(
                agents.stream().sorted(Comparator.comparing(Agent::name)).toList());
    }

    /** All agents, active or not, ordered by name. */
    public List<Agent> agents() {
        return agents;
    }

    /** The agent with exactly this name. */
    public Optional<Agent> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** These agents with one more, which takes the place of one that has its name. */
    public AgentRegistry with(Agent agent) {
        return of(Stream.concat(others(agent.name()), Stream.of(agent)).toList());
    }

    /** These agents without the one that has this name, if there is one. */
    public AgentRegistry without(String name) {
        return of(others(name).toList());
    }

    private Stream<Agent> others(String name) {
        return agents.stream().filter(agent -> !agent.name().equals(name));
    }
}
