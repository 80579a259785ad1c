package dev.tinydancer.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.json.ProtocolJson;
import dev.tinydancer.router.semantic.RouteConditions;
import dev.tinydancer.router.semantic.SemanticRoute;
import dev.tinydancer.router.semantic.TimeRange;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RoutesDocumentTest {

    /** What PostgreSQL answers to SELECT encode(array_send('{3,-4}'::real[]), 'base64'). */
    private static final String THREE_AND_MINUS_FOUR = "AAAAAQAAAAAAAAK8AAAAAgAAAAEAAAAEQEAAAAAAAATAgAAA";

    @Test
    void document_ofTheProtocol_becomesRoutes() {
        SemanticRoutes routes = read("""
                {"version": 5,
                 "routes": [{"name": "r", "description": "d", "target_agent": "a", "priority": -1,
                             "conditions": {"time_range": ["09:00", "24:00"], "time_zone": "Europe/Berlin",
                                            "user_tier": ["Gold"], "rate_limit": 100},
                             "score_threshold": 0.7, "of_a_newer_schema": 1,
                             "utterances": [{"text": "u", "embedding": "%s"}]}]}""".formatted(THREE_AND_MINUS_FOUR));
        assertThat(routes.version()).isEqualTo(5);
        SemanticRoute route = routes.routes().getFirst();
        assertThat(route.name()).isEqualTo("r");
        assertThat(route.description()).isEqualTo("d");
        assertThat(route.targetAgent()).isEqualTo("a");
        assertThat(route.priority()).isEqualTo(-1);
        assertThat(route.scoreThreshold()).isEqualTo(0.7);
        assertThat(route.conditions())
                .isEqualTo(
                        new RouteConditions(TimeRange.parse("09:00", "24:00", "Europe/Berlin"), Set.of("gold"), 100));
        assertThat(route.utterances().getFirst().text()).isEqualTo("u");
        assertThat(route.utterances().getFirst().toArray()).containsExactly(0.6f, -0.8f);
    }

    @Test
    void route_withoutConditionsOrThreshold_hasNone() {
        SemanticRoute route = read(routes("{}", THREE_AND_MINUS_FOUR)).routes().getFirst();
        assertThat(route.conditions()).isEqualTo(RouteConditions.NONE);
        assertThat(route.scoreThreshold()).isNull();
    }

    @Test
    void base64InLines_isRead() {
        String inLines = THREE_AND_MINUS_FOUR.substring(0, 20) + "\\n" + THREE_AND_MINUS_FOUR.substring(20);
        assertThat(read(routes("{}", inLines)).routes()).hasSize(1);
    }

    @Test
    void routeThatIsNotUnderstood_isLeftOut_andTheOthersStay() {
        String strange = routes(
                "{\"time_range\": [\"09:00\", \"10:00\"], \"time_zone\": \"Mars/Olympus\"}", THREE_AND_MINUS_FOUR);
        assertThat(read(strange).routes()).isEmpty();
        assertThat(read(routes("{}", "AAAA")).routes()).isEmpty();
        String both = strange.replace(
                "]}]}", "]}, " + routes("{}", THREE_AND_MINUS_FOUR).replace("{\"version\": 1, \"routes\": [", ""));
        assertThat(read(both).routes()).hasSize(1);
    }

    private static String routes(String conditions, String embedding) {
        return """
                {"version": 1, "routes": [{"name": "r", "description": "d", "target_agent": "a", "priority": 0,
                 "conditions": %s, "utterances": [{"text": "u", "embedding": "%s"}]}]}""".formatted(conditions, embedding);
    }

    private static SemanticRoutes read(String json) {
        RoutesDocument document = ProtocolJson.mapper().readValue(json, RoutesDocument.class);
        return document.toRoutes();
    }
}
