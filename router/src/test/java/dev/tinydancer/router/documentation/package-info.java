/** The examples of the documentation, compiled as a user of the library would compile them. */
@NullMarked
package dev.tinydancer.router.documentation;

import org.jspecify.annotations.NullMarked;
