package dev.tinydancer.engine.reservation;

import dev.tinydancer.engine.catalog.Budget;
import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentStanding;
import dev.tinydancer.router.budget.BudgetStanding;
import dev.tinydancer.router.routing.AgentAssessment;
import dev.tinydancer.router.routing.Situation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a tenant's agents and budgets stand, as it was last read. Immutable.
 *
 * @param circuits by the names of the agents whose circuit is not closed; without requests in flight
 * @param allowances of what is used at all
 * @param asksLastResort what the setting circuit_last_resort says
 */
record TenantStanding(Map<String, AgentStanding> circuits, Allowances allowances, boolean asksLastResort) {

    /** All circuits closed, nothing used. */
    static final TenantStanding EMPTY = new TenantStanding(Map.of(), Allowances.NONE, true);

    TenantStanding {
        circuits = Map.copyOf(circuits);
    }

    /** With no allowances but these. */
    TenantStanding withOnly(Collection<Allowance> present) {
        return new TenantStanding(circuits, Allowances.of(present), asksLastResort);
    }

    /** With these allowances instead of those of the same keys. */
    TenantStanding with(Collection<Allowance> newer) {
        return new TenantStanding(circuits, allowances.with(newer), asksLastResort);
    }

    /** With these claims granted. */
    TenantStanding withTaken(Collection<Claim> claims, Instant now) {
        return with(claims.stream()
                .map(claim -> present(claim.allowance(), now).withReserved(claim.need()))
                .toList());
    }

    /** Whether all of the claims can be granted, as far as is known. */
    boolean admits(Collection<Claim> claims, Instant now) {
        return claims.stream()
                .allMatch(claim ->
                        claim.mayExceed() || present(claim.allowance(), now).leaves(claim.need(), claim.capacity()));
    }

    /** In what situation a request with these tags comes. */
    Situation situation(Catalog catalog, Collection<String> tags, @Nullable UUID decisionId, Instant now) {
        if (circuits.isEmpty() && allowances.isEmpty() && catalog.budgets().isEmpty()) {
            return decisionId == null ? Situation.USUAL : Situation.USUAL.withDecisionId(decisionId);
        }
        Map<String, AgentStanding> standings = new HashMap<>();
        for (Agent agent : catalog.agents().agents()) {
            AgentStanding standing = circuits.getOrDefault(agent.name(), AgentStanding.AT_REST)
                    .withInFlight(agent.isLimited() ? reserved(Allowance.Key.placesAt(agent)) : 0);
            if (!standing.equals(AgentStanding.AT_REST)) {
                standings.put(agent.name(), standing);
            }
        }
        List<BudgetStanding> budgets = catalog.budgets().concerning(tags).stream()
                .map(budget -> standing(budget, now))
                .toList();
        return new Situation(standings, asksLastResort, budgets, decisionId);
    }

    /** What a decision for this agent needs. */
    List<Claim> claims(Catalog catalog, Collection<String> tags, AgentAssessment chosen, Instant now) {
        Agent agent = chosen.agent();
        double costUsd = chosen.prospect().costUsd();
        List<Claim> claims = new ArrayList<>(0);
        if (costUsd > 0) {
            for (Budget budget : catalog.budgets().concerning(tags)) {
                if (budget.scope().covers(agent)) {
                    claims.add(Claim.of(budget, costUsd, now));
                }
            }
        }
        if (agent.isLimited()) {
            claims.add(Claim.placeAt(agent));
        }
        return claims;
    }

    private int reserved(Allowance.Key key) {
        return allowances.find(key).map(allowance -> (int) allowance.reserved()).orElse(0);
    }

    private BudgetStanding standing(Budget budget, Instant now) {
        Allowance present = present(Allowance.Key.of(budget), now);
        return new BudgetStanding(
                budget.scope(),
                budget.amountUsd(now),
                budget.period(),
                present.spent(),
                present.reserved(),
                present.end(),
                budget.exhaustedPolicy());
    }

    private Allowance present(Allowance.Key key, Instant now) {
        return allowances.find(key).filter(known -> !known.isOver(now)).orElseGet(() -> Allowance.unused(key));
    }
}
