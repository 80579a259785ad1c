/** What SQL functions tell and do, for those who would rather not write SQL: agents, routes, budgets, decisions, route. */
@NullMarked
package dev.tinydancer.cli.ask;

import org.jspecify.annotations.NullMarked;
