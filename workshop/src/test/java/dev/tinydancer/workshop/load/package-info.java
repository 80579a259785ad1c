/** Tests of the load that {@code bench} makes. */
@NullMarked
package dev.tinydancer.workshop.load;

import org.jspecify.annotations.NullMarked;
