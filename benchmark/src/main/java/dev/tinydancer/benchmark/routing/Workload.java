package dev.tinydancer.benchmark.routing;

import dev.tinydancer.router.AdaptiveRouter;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentRegistry;
import dev.tinydancer.router.neural.RequestEncoder;
import dev.tinydancer.router.quality.Outcome;
import dev.tinydancer.router.quality.QuantizedEmbedding;
import dev.tinydancer.router.quality.RecordedOutcome;
import dev.tinydancer.router.quality.RequestFeatures;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Agents, requests of twelve words and outcomes, made up with a seed. Confined to a thread. */
final class Workload {

    static final int AGENTS = 20;

    private static final int REQUESTS = 4_096;
    private static final String[] TASKS = {
        "Write a function in Python that reads %s and prints %s for %s",
        "Explain to a beginner how %s changes when %s meets %s today",
        "Summarize in three short sentences the report on %s, %s and %s",
        "Why does my program fail when it compares %s with %s under %s",
        "Compute the average of %s over ten years given %s and %s",
        "Translate into French the letter about %s, %s and the missing %s",
        "Write a short poem in which %s dreams of %s beside %s",
        "Which of these is the better investment: %s, %s or perhaps %s",
    };
    private static final String[] THINGS = {
        "sorted lists",
        "the city library",
        "a solar panel",
        "exchange rates",
        "old maps",
        "network sockets",
        "the human heart",
        "wild salmon",
        "train tickets",
        "contract law",
        "chess openings",
        "glacier ice",
        "stock prices",
        "a violin",
        "vaccines",
        "medieval castles",
        "unit tests",
        "coffee beans",
        "tax returns",
        "space probes",
        "hash tables",
        "bird songs",
        "rental cars",
        "quantum states",
        "tomato plants",
        "credit cards",
        "shell scripts",
        "river floods",
        "film music",
        "prime numbers",
        "hotel rooms",
        "bridges"
    };

    private final Random random;
    private final RequestEncoder encoder = RequestEncoder.standard();
    private final List<Agent> agents = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final List<RequestFeatures> requests = new ArrayList<>();
    private int next;

    Workload(long seed) {
        random = new Random(seed);
        for (int i = 0; i < AGENTS; i++) {
            agents.add(agent(i));
        }
        for (int i = 0; i < REQUESTS; i++) {
            String text = TASKS[random.nextInt(TASKS.length)].formatted(thing(), thing(), thing());
            texts.add(text);
            requests.add(encoder.encode(text));
        }
    }

    private String thing() {
        return THINGS[random.nextInt(THINGS.length)];
    }

    /** Prices over two powers of ten, abilities that grow with them. */
    private Agent agent(int number) {
        double rank = (double) number / AGENTS;
        double price = 0.0005 * Math.pow(100, rank);
        double latencyMillis = 300 + 1_500 * rank;
        return Agent.named("agent-" + number)
                .capabilities("reasoning", "code")
                .usdPer1kInputTokens(price)
                .usdPer1kOutputTokens(3 * price)
                .averageLatencyMillis(latencyMillis)
                .p99LatencyMillis(3 * latencyMillis)
                .quality(0.6 + 0.35 * rank)
                .build();
    }

    RequestEncoder encoder() {
        return encoder;
    }

    List<Agent> agents() {
        return agents;
    }

    /** One text after the other, and from the beginning again. */
    String nextText() {
        next = (next + 1) % REQUESTS;
        return texts.get(next);
    }

    /** The features of one text after the other. */
    RequestFeatures nextRequest() {
        next = (next + 1) % REQUESTS;
        return requests.get(next);
    }

    /** A router of the agents with so many outcomes, learned from. */
    AdaptiveRouter router(int outcomes) {
        AdaptiveRouter router = AdaptiveRouter.builder()
                .encoder(encoder::encode)
                .learningWhenCalled()
                .build();
        router.replaceAgents(AgentRegistry.of(agents));
        for (int i = 0; i < outcomes; i++) {
            router.record(nextOutcome());
        }
        router.learn();
        return router;
    }

    /** What came of another request, answered well as often as its agent is registered with. */
    RecordedOutcome nextOutcome() {
        RequestFeatures request = requests.get(random.nextInt(REQUESTS));
        Agent agent = agents.get(random.nextInt(AGENTS));
        boolean good = random.nextDouble() < agent.performance().qualityScore();
        return new RecordedOutcome(
                new UUID(random.nextLong(), random.nextLong()),
                agent.name(),
                QuantizedEmbedding.of(request.embedding()),
                request.topCategory(),
                request.inputTokens(),
                new Outcome(good ? 1 : 0, agent.performance().avgLatencyMillis(), 200),
                InstantSource.system().instant());
    }
}
