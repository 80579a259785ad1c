package dev.tinydancer.router.semantic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.CapabilityIndex;
import dev.tinydancer.router.agent.CapabilityMatch;
import dev.tinydancer.router.embedding.SentenceEmbedder;
import dev.tinydancer.router.embedding.WordPieceTokenizer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Routes and capabilities under real embeddings. */
final class SentenceRoutesTest {

    private static final SentenceEmbedder EMBEDDER = new SentenceEmbedder(WordPieceTokenizer.bgeSmall());
    private static final RouteContext ANYBODY = RouteContext.at(Instant.parse("2026-07-01T12:00:00Z"));

    @AfterAll
    static void close() {
        EMBEDDER.close();
    }

    @Test
    void match_forgottenPasswordBelongsToSupport() {
        RouteIndex index = RouteIndex.of(List.of(
                route(
                        "customer_support",
                        "Handle customer support inquiries, complaints, and feedback",
                        1,
                        "Customer support and help requests"),
                route(
                        "technical_docs",
                        "Answer questions about technical documentation and APIs",
                        2,
                        "Technical documentation and API reference")));

        List<RouteMatch> matches = match(index, "How do I reset my password?");

        assertThat(matches).isNotEmpty();
        assertThat(matches.getFirst().route().name()).isEqualTo("customer_support");
        assertThat(matches.getFirst().confidence()).isGreaterThan(0.5);
    }

    @Test
    void match_unrelatedQueriesGetNoRoute() {
        RouteIndex index = RouteIndex.of(List.of(
                route("refunds", "", 0, "I want my money back", "please refund my order", "return this purchase"),
                route("delivery", "", 0, "where is my parcel", "my package is late", "track a shipment")));

        assertThat(match(index, "the parcel has not arrived yet")
                        .getFirst()
                        .route()
                        .name())
                .isEqualTo("delivery");
        assertThat(match(index, "how do I get a refund").getFirst().route().name())
                .isEqualTo("refunds");
        assertThat(match(index, "who painted the Mona Lisa")).isEmpty();
        assertThat(match(index, "write a haiku about autumn")).isEmpty();
    }

    @Test
    void find_unitTestsAreTesting() {
        List<Agent> agents = List.of(agent("painter", "images"), agent("qa", "testing"), agent("poet", "poetry"));
        CapabilityIndex index = CapabilityIndex.of(
                agents,
                agents.stream()
                        .flatMap(agent -> agent.capabilities().words().stream())
                        .collect(Collectors.toMap(
                                Function.identity(), word -> EMBEDDER.embed(CapabilityIndex.phrase(word)))));

        String searched = "write unit tests";
        List<CapabilityMatch> found = index.find(searched, EMBEDDER.embed(searched), 3);

        assertThat(found.getFirst().agent().name()).isEqualTo("qa");
        assertThat(found).hasSize(3);
    }

    private static List<RouteMatch> match(RouteIndex index, String query) {
        return index.match(query, EMBEDDER.embed(query), 3, ANYBODY);
    }

    private static SemanticRoute route(String name, String description, int priority, String... utterances) {
        return new SemanticRoute(
                name,
                description,
                Arrays.stream(utterances)
                        .map(text -> Utterance.of(text, EMBEDDER.embed(text)))
                        .toList(),
                name + "-agent",
                priority,
                RouteConditions.NONE,
                null);
    }

    private static Agent agent(String name, String capability) {
        return Agent.named(name)
                .capabilities(capability)
                .averageLatencyMillis(1)
                .quality(0.5)
                .build();
    }
}
