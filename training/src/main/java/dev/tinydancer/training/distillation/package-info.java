/**
 * The static token table, distilled from the sentence model. {@link
 * dev.tinydancer.training.distillation.StaticDistillation} is the entry. For one thread.
 */
@NullMarked
package dev.tinydancer.training.distillation;

import org.jspecify.annotations.NullMarked;
