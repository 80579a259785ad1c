/** {@code completion}: what a shell needs to complete commands and options. */
@NullMarked
package dev.tinydancer.cli.completion;

import org.jspecify.annotations.NullMarked;
