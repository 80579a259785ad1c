package dev.tinydancer.engine.reservation;

import dev.tinydancer.engine.catalog.Budget;
import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentPool;
import dev.tinydancer.router.agent.AgentStanding;
import dev.tinydancer.router.agent.Circuit;
import dev.tinydancer.router.budget.BudgetBalance;
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
 * What is known of a tenant's agents and budgets beyond the catalog, as it was last read. Immutable.
 *
 * @param circuits of agents whose circuit is not closed
 * @param balances of what is used at all
 * @param asksLastResort what the setting circuit_last_resort says
 */
record PoolView(Map<String, TrippedCircuit> circuits, Map<Allowance, Balance> balances, boolean asksLastResort) {

    /** All circuits closed, nothing used. */
    static final PoolView EMPTY = new PoolView(Map.of(), Map.of(), true);

    PoolView {
        circuits = Map.copyOf(circuits);
        balances = Map.copyOf(balances);
    }

    /** With no balances but these. */
    PoolView withOnly(Collection<Balance> present) {
        return new PoolView(circuits, Map.of(), asksLastResort).with(present);
    }

    /** With these balances instead of those of the same allowances. */
    PoolView with(Collection<Balance> newer) {
        Map<Allowance, Balance> merged = new HashMap<>(balances);
        newer.forEach(balance -> merged.put(balance.allowance(), balance));
        return new PoolView(circuits, merged, asksLastResort);
    }

    /** With these claims granted. */
    PoolView withTaken(Collection<Claim> claims, Instant now) {
        Map<Allowance, Balance> merged = new HashMap<>(balances);
        for (Claim claim : claims) {
            Allowance allowance = claim.toAllowance();
            merged.put(allowance, present(allowance, now).withReserved(claim.need()));
        }
        return new PoolView(circuits, merged, asksLastResort);
    }

    /** Whether all of the claims can be granted, as far as is known. */
    boolean admits(Collection<Claim> claims, Instant now) {
        return claims.stream()
                .allMatch(claim ->
                        claim.mayExceed() || present(claim.toAllowance(), now).leaves(claim.need(), claim.capacity()));
    }

    /** In what situation a request with these tags comes. */
    Situation situation(Catalog catalog, Collection<String> tags, @Nullable UUID decisionId, Instant now) {
        if (circuits.isEmpty() && balances.isEmpty() && catalog.budgets().isEmpty()) {
            return decisionId == null ? Situation.USUAL : new Situation(AgentPool.AT_REST, List.of(), decisionId);
        }
        Map<String, AgentStanding> standings = new HashMap<>();
        for (Agent agent : catalog.agents().agents()) {
            TrippedCircuit circuit = circuits.get(agent.name());
            int inFlight = agent.isLimited() ? reserved(Allowance.placesAt(agent)) : 0;
            if (circuit != null) {
                standings.put(agent.name(), circuit.standing(inFlight));
            } else if (inFlight > 0) {
                standings.put(agent.name(), new AgentStanding(Circuit.CLOSED, null, inFlight));
            }
        }
        List<BudgetBalance> budgets = catalog.budgets().stream()
                .filter(budget -> budget.scope().concerns(tags))
                .map(budget -> balance(budget, now))
                .toList();
        return new Situation(new AgentPool(standings, asksLastResort), budgets, decisionId);
    }

    /** What a decision for this agent needs. */
    List<Claim> claims(Catalog catalog, Collection<String> tags, AgentAssessment chosen) {
        Agent agent = chosen.agent();
        double costUsd = chosen.prospect().costUsd();
        List<Claim> claims = new ArrayList<>(0);
        if (costUsd > 0) {
            for (Budget budget : catalog.budgets()) {
                if (budget.scope().concerns(tags) && budget.scope().covers(agent)) {
                    claims.add(Claim.of(budget, costUsd));
                }
            }
        }
        if (agent.isLimited()) {
            claims.add(Claim.placeAt(agent));
        }
        return claims;
    }

    private int reserved(Allowance allowance) {
        Balance balance = balances.get(allowance);
        return balance == null ? 0 : (int) balance.reserved();
    }

    private BudgetBalance balance(Budget budget, Instant now) {
        Balance present = present(Allowance.of(budget), now);
        return new BudgetBalance(
                budget.scope(),
                budget.amountUsd(),
                budget.period(),
                present.spent(),
                present.reserved(),
                present.end(),
                budget.exhaustedPolicy());
    }

    private Balance present(Allowance allowance, Instant now) {
        Balance known = balances.get(allowance);
        return known == null || known.isOver(now) ? Balance.unused(allowance) : known;
    }
}
