/** Tests of what measures SQL. */
@NullMarked
package dev.tinydancer.benchmark.sql;

import org.jspecify.annotations.NullMarked;
