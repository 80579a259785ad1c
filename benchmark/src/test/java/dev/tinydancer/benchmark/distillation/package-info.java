/** Tests of how the texts for distillation are chosen. */
@NullMarked
package dev.tinydancer.benchmark.distillation;

import org.jspecify.annotations.NullMarked;
