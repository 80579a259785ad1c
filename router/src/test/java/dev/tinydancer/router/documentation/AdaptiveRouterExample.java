package dev.tinydancer.router.documentation;

import dev.tinydancer.router.AdaptiveRouter;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.quality.Outcome;
import dev.tinydancer.router.routing.RoutingDecision;
import java.time.Duration;

/** The ten lines of Java, which the README and the documentation of {@link AdaptiveRouter} show. */
final class AdaptiveRouterExample {

    private AdaptiveRouterExample() {}

    /** What the example comes to. */
    record Result(AdaptiveRouter router, RoutingDecision decision) {}

    static Result run() {
        // @start region="example"
        AdaptiveRouter router = AdaptiveRouter.create();
        router.register(Agent.named("gpt-4")
                .capabilities("reasoning", "code", "analysis", "creative")
                .usdPer1kTokens(0.03)
                .averageLatency(Duration.ofMillis(2500))
                .quality(0.95)
                .build());
        router.register(Agent.named("claude-3-haiku")
                .capabilities("fast-response", "simple-tasks", "classification")
                .usdPer1kTokens(0.00025)
                .averageLatency(Duration.ofMillis(400))
                .quality(0.80)
                .build());

        String request = "Write a Python function to calculate Fibonacci numbers";
        RoutingDecision decision = router.route(request, Policy.COST);
        System.out.println(decision.reasoning());

        router.record(
                decision, Outcome.success().latency(Duration.ofMillis(380)).outputTokens(212));
        router.explain(request, Policy.QUALITY).forEach(candidate -> System.out.println(candidate.reasoning()));
        // @end
        return new Result(router, decision);
    }
}
