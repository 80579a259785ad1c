/** What it takes to count the tokens of a request. */
@NullMarked
package dev.tinydancer.benchmark.tokens;

import org.jspecify.annotations.NullMarked;
