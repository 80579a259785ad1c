/** Tests of the evaluation: metrics against values worked by hand, readers, suites on small files. */
@NullMarked
package dev.tinydancer.benchmark.evaluation;

import org.jspecify.annotations.NullMarked;
