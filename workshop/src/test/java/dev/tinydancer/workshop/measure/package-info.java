/** Tests of what {@code bench} says. */
@NullMarked
package dev.tinydancer.workshop.measure;

import org.jspecify.annotations.NullMarked;
