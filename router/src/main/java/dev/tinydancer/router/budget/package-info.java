/**
 * Money over many requests: {@link dev.tinydancer.router.budget.AssignmentProblem} assigns a batch of requests to agents
 * under one bound, {@link dev.tinydancer.router.budget.BudgetPlanner} spreads a monthly budget over the agents.
 * Everything here is immutable and pure: no clock, no randomness, the same answer every time.
 *
 * <p>A batch is a multiple-choice knapsack: Kellerer, Pferschy, Pisinger, "Knapsack Problems", Springer 2004, chapter 11.
 */
@NullMarked
package dev.tinydancer.router.budget;

import org.jspecify.annotations.NullMarked;
