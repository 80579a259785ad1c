/** {@code bench}: what the parts take on this machine. Used by one thread. */
@NullMarked
package dev.tinydancer.cli.measure;

import org.jspecify.annotations.NullMarked;
