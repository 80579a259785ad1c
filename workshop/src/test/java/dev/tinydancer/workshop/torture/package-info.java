/** Tests of {@code torture}. */
@NullMarked
package dev.tinydancer.workshop.torture;

import org.jspecify.annotations.NullMarked;
