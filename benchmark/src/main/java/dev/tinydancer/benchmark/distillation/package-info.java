/**
 * What the static tokens are made from. {@link dev.tinydancer.benchmark.distillation.DistillationTexts} is the entry.
 */
@NullMarked
package dev.tinydancer.benchmark.distillation;

import org.jspecify.annotations.NullMarked;
