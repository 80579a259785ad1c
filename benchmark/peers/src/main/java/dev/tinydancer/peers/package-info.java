/** Tiny Dancer beside others who do the same, on the same vectors, in one run. */
@NullMarked
package dev.tinydancer.peers;

import org.jspecify.annotations.NullMarked;
