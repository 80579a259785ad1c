/** {@code distill}: makes the static token table. Used by one thread. */
@NullMarked
package dev.tinydancer.workshop.distill;

import org.jspecify.annotations.NullMarked;
