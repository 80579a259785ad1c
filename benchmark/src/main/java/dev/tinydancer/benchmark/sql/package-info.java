/**
 * What routing from SQL costs, on a real PostgreSQL with the engine beside it: {@link
 * dev.tinydancer.benchmark.sql.RouteFromSqlBenchmark}. Single-threaded.
 */
@NullMarked
package dev.tinydancer.benchmark.sql;

import org.jspecify.annotations.NullMarked;
