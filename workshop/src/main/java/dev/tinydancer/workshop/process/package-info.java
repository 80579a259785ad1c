/** Engines as an installation runs them: in processes of their own. */
@NullMarked
package dev.tinydancer.workshop.process;

import org.jspecify.annotations.NullMarked;
