/** Tests of {@code train}. */
@NullMarked
package dev.tinydancer.cli.train;

import org.jspecify.annotations.NullMarked;
