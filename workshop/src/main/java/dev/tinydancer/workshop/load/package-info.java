/** What many sessions get at a time, from engines as an installation runs them: {@link dev.tinydancer.workshop.load.LoadBenchmark}. */
@NullMarked
package dev.tinydancer.workshop.load;

import org.jspecify.annotations.NullMarked;
