/** {@code bench} and {@code evaluate}: what calls take on this machine, and how well they are routed. Used by one thread. */
@NullMarked
package dev.tinydancer.workshop.measure;

import org.jspecify.annotations.NullMarked;
