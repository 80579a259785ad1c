/** Breaks an installation under load in every way that happens, and checks what must hold all the same. */
@NullMarked
package dev.tinydancer.workshop.torture;

import org.jspecify.annotations.NullMarked;
