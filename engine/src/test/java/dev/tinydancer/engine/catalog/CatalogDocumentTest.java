package dev.tinydancer.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.json.ProtocolJson;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentType;
import dev.tinydancer.router.agent.CostModel;
import dev.tinydancer.router.budget.BudgetPeriod;
import dev.tinydancer.router.budget.BudgetScope;
import dev.tinydancer.router.budget.ExhaustedPolicy;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CatalogDocumentTest {

    @Test
    void document_ofTheProtocol_becomesAgents() {
        Catalog catalog = read("""
                {"version": 17,
                 "agents": [{"name": "gpt-4", "agent_type": "llm", "capabilities": ["Reasoning", "code"],
                             "cost_per_1k_tokens": 0.03, "cost_per_1k_input_tokens": null,
                             "cost_per_1k_output_tokens": 0.06, "cost_per_call": 0.001, "cost_per_second": null,
                             "avg_latency_ms": 2500, "p99_latency_ms": 5000, "quality_score": 0.95,
                             "max_concurrency": null, "model": "openai/gpt-4-0613", "active": true,
                             "circuit": "closed", "of_a_newer_schema": 1}]}""");
        assertThat(catalog.version()).isEqualTo(17);
        Agent agent = catalog.agents().find("gpt-4").orElseThrow();
        assertThat(agent.type()).isEqualTo(AgentType.LLM);
        assertThat(agent.capabilities().words()).containsExactly("reasoning", "code");
        assertThat(agent.model()).isEqualTo("openai/gpt-4-0613");
        assertThat(agent.costModel()).isEqualTo(new CostModel(0.03, 0.06, 0.001, 0));
        assertThat(agent.performance().p99LatencyMillis()).isEqualTo(5000);
        assertThat(agent.active()).isTrue();
    }

    @Test
    void document_withoutOptionalFigures_takesWhatFollowsFromTheOthers() {
        Agent agent = read("""
                {"version": 1, "agents": [{"name": "tool", "agent_type": "tool", "capabilities": ["x"],
                 "avg_latency_ms": 10, "quality_score": 1, "active": false}]}""").agents().agents().getFirst();
        assertThat(agent.costModel()).isEqualTo(new CostModel(0, 0, 0, 0));
        assertThat(agent.performance().p99LatencyMillis()).isEqualTo(10);
        assertThat(agent.model()).isEqualTo("tool");
        assertThat(agent.active()).isFalse();
    }

    @Test
    void document_hasTiersOfPrices() {
        Agent agent = read("""
                {"version": 1, "agents": [{"name": "a", "agent_type": "llm", "capabilities": ["x"], "avg_latency_ms": 10,
                 "quality_score": 1, "active": true, "cost_per_1k_tokens": 1, "more_prices": {"cached_input": 0.1,
                 "tiers": [{"above_input_tokens": 200000, "input": 2, "cached_input": 0.2}]}}]}""").agents().agents().getFirst();
        assertThat(agent.costModel())
                .isEqualTo(new CostModel(1, 1, 0, 0, 0.1, List.of(new CostModel.Tier(200_000, 2, 1))));
    }

    /** The collation "C" tells them apart, and one such agent must not keep a tenant's catalog from being read. */
    @Test
    void document_capabilitiesThatDifferOnlyInCase_areOne() {
        Agent agent = read("""
                {"version": 1, "agents": [{"name": "translator", "agent_type": "llm",
                 "capabilities": ["Übersetzen", "übersetzen"], "avg_latency_ms": 10, "quality_score": 1, "active": true}]}
                """).agents().agents().getFirst();
        assertThat(agent.capabilities().words()).containsExactly("übersetzen");
    }

    @Test
    void document_withoutAgents_isEmpty() {
        assertThat(read("{\"version\": 0, \"agents\": []}").budgets().all()).isEmpty();
        assertThat(read("{\"version\": 0, \"agents\": []}").agents().agents()).isEqualTo(List.of());
    }

    @Test
    void document_hasLimitsAndBudgets() {
        Catalog catalog = read("""
                {"version": 3,
                 "agents": [{"name": "local", "agent_type": "llm", "capabilities": ["chat"], "avg_latency_ms": 1,
                             "quality_score": 1, "max_concurrency": 4, "active": true}],
                 "budgets": [{"scope": "agent:local", "amount": 2.5, "credit": 1,
                              "credit_until": "2026-12-07T00:00:00+00:00", "period": "week", "on_exhausted": "cheapest"}]}""");
        assertThat(catalog.agents().find("local").orElseThrow().maxConcurrency())
                .isEqualTo(4);
        assertThat(catalog.budgets().all())
                .containsExactly(new Budget(
                        BudgetScope.parse("agent:local"),
                        2.5,
                        1,
                        Instant.parse("2026-12-07T00:00:00Z"),
                        BudgetPeriod.WEEK,
                        ExhaustedPolicy.CHEAPEST));
    }

    private static Catalog read(String json) {
        CatalogDocument document = ProtocolJson.mapper().readValue(json, CatalogDocument.class);
        return document.toCatalog();
    }
}
