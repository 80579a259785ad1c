/** {@code doctor}: looks at everything that has to be right, and says how to mend what is not. */
@NullMarked
package dev.tinydancer.cli.doctor;

import org.jspecify.annotations.NullMarked;
