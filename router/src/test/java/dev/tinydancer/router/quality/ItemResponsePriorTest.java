package dev.tinydancer.router.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ItemResponsePriorTest {

    private static final RequestFeatures AVERAGE = request(0, Map.of());

    @Test
    void predict_averageRequest_isTheRegisteredQuality() {
        QualityEstimate estimate = ItemResponsePrior.standard().predict(AVERAGE, TestAgents.agent("a", 0.8, "code"));

        assertThat(estimate.mean()).isCloseTo(0.8, within(1e-9));
        assertThat(estimate.similarRequests()).isZero();
        // Beta with 8 outcomes' worth of certainty: sqrt(0.8 · 0.2 / 9).
        assertThat(estimate.standardDeviation()).isCloseTo(0.4 / 3, within(1e-9));
    }

    @Test
    void predict_registeredAsPerfectOrUseless_leavesRoomForSurprise() {
        ItemResponsePrior prior = ItemResponsePrior.standard();

        assertThat(prior.predict(AVERAGE, TestAgents.agent("a", 1, "code")).mean())
                .isCloseTo(0.99, within(1e-9));
        assertThat(prior.predict(AVERAGE, TestAgents.agent("a", 0, "code")).mean())
                .isCloseTo(0.01, within(1e-9));
    }

    @Test
    void predict_specialistsAndGeneralistOfEqualScore_eachLeadsInItsOwn() {
        ItemResponsePrior prior = ItemResponsePrior.standard();
        Agent code = TestAgents.agent("code", 0.8, "code", "debugging");
        Agent math = TestAgents.agent("math", 0.8, "mathematics");
        Agent general = TestAgents.agent("general", 0.8, "general");

        assertThat(leader(prior, "code", code, math, general)).isEqualTo("code");
        assertThat(leader(prior, "debugging", code, math, general)).isEqualTo("code");
        assertThat(leader(prior, "math", code, math, general)).isEqualTo("math");
        assertThat(leader(prior, "translation", code, math, general)).isEqualTo("general");
        assertThat(leader(prior, "creative_writing", code, math, general)).isEqualTo("general");
    }

    @Test
    void predict_generalistThatClaimsAll_losesToSpecialists() {
        ItemResponsePrior prior = ItemResponsePrior.standard();
        Agent code = TestAgents.agent("code", 0.8, "code");
        Agent math = TestAgents.agent("math", 0.8, "math");
        Agent general = TestAgents.agent("general", 0.8, "code", "math", "reasoning", "creative", "knowledge");

        assertThat(leader(prior, "code", code, math, general)).isEqualTo("code");
        assertThat(leader(prior, "math", code, math, general)).isEqualTo("math");
        assertThat(leader(prior, "knowledge_qa", code, math, general)).isEqualTo("general");
        assertThat(leader(prior, "summarization", code, math, general)).isEqualTo("general");
    }

    @Test
    void predict_outsideItsWords_aGeneralAgentLosesLittle() {
        ItemResponsePrior prior = ItemResponsePrior.standard();
        RequestFeatures translation = request(0, Map.of("translation", 1.0));

        for (Agent general : List.of(
                TestAgents.agent("small", 0.8, "fast-response", "simple-tasks", "classification"),
                TestAgents.agent("ours", 0.8, "assistant"),
                TestAgents.agent("gpt-4o-mini", 0.8, "reasoning", "code"),
                ofModel("llama-3-70b-instruct"))) {
            assertThat(prior.predict(translation, general).mean())
                    .as(general.name())
                    .isGreaterThan(0.77);
        }
        assertThat(prior.predict(translation, TestAgents.agent("ours", 0.8, "code"))
                        .mean())
                .as("a specialist")
                .isLessThan(0.6);
        assertThat(prior.predict(translation, ofModel("in-house-7b")).mean())
                .as("a specialist that is called like a general model")
                .isLessThan(0.6);
    }

    private static Agent ofModel(String model) {
        return Agent.named("gpt-eu")
                .model(model)
                .capabilities("code")
                .averageLatencyMillis(1)
                .quality(0.8)
                .build();
    }

    @Test
    void predict_outsideItsField_aToolLosesMoreThanAModel() {
        ItemResponsePrior prior = ItemResponsePrior.standard();
        Agent model = TestAgents.agent("model", 0.8, "code");
        Agent tool = new Agent(
                "tool", AgentType.TOOL, model.capabilities(), model.costModel(), model.performance(), true, 1);
        RequestFeatures ownField = request(0, Map.of("code", 1.0));
        RequestFeatures otherField = request(0, Map.of("summarization", 1.0));

        assertThat(prior.predict(ownField, tool)).isEqualTo(prior.predict(ownField, model));
        assertThat(prior.predict(otherField, model).mean()).isGreaterThan(0.5);
        assertThat(prior.predict(otherField, tool).mean()).isLessThan(0.25);
    }

    @Test
    void predict_categoryOfTheUsersOwn_isServedByItsName() {
        ItemResponsePrior prior = ItemResponsePrior.standard();

        assertThat(leader(
                        prior,
                        "billing",
                        TestAgents.agent("general", 0.8, "general"),
                        TestAgents.agent("accounts", 0.8, "billing", "refunds")))
                .isEqualTo("accounts");
    }

    @Test
    void predict_easyRequest_isAnsweredWellByTheWeakToo() {
        ItemResponsePrior prior = ItemResponsePrior.standard();
        Agent weak = TestAgents.agent("weak", 0.8);
        Agent strong = TestAgents.agent("strong", 0.95);

        double gapOnEasy = mean(prior, strong, -2) - mean(prior, weak, -2);
        double gapOnHard = mean(prior, strong, 1) - mean(prior, weak, 1);
        // σ(logit 0.8 + 2) = 0.967, σ(logit 0.8 - 1) = 0.595
        assertThat(mean(prior, weak, -2)).isCloseTo(0.967, within(1e-3));
        assertThat(mean(prior, weak, 1)).isCloseTo(0.595, within(1e-3));
        assertThat(mean(prior, weak, 0)).isCloseTo(0.8, within(1e-9));
        assertThat(gapOnEasy).isLessThan(0.03);
        assertThat(gapOnHard).isGreaterThan(0.25);
    }

    private static double mean(ItemResponsePrior prior, Agent agent, double difficulty) {
        return prior.predict(new RequestFeatures(10, new float[] {1}, Map.of(), Map.of(), difficulty), agent)
                .mean();
    }

    private static String leader(ItemResponsePrior prior, String category, Agent... agents) {
        String leader = "none";
        double best = -1;
        for (Agent agent : agents) {
            double mean =
                    prior.predict(request(0, Map.of(category, 1.0)), agent).mean();
            if (mean > best) {
                best = mean;
                leader = agent.name();
            }
        }
        return leader;
    }

    private static RequestFeatures request(float hardness, Map<String, Double> categories) {
        return new RequestFeatures(10, new float[] {hardness, 1}, categories, Map.of());
    }
}
