/**
 * What gradients are turned into steps with: {@link dev.tinydancer.training.optimization.Adam} over {@link
 * dev.tinydancer.training.optimization.Parameter}s. For one thread.
 */
@NullMarked
package dev.tinydancer.training.optimization;

import org.jspecify.annotations.NullMarked;
