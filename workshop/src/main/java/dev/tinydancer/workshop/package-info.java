/**
 * The commands that make models and measure: {@code train}, {@code distill}, {@code evaluate}, {@code bench}. {@link
 * dev.tinydancer.workshop.WorkshopCommands} adds them to the {@code tiny-dancer} command where this module is on the
 * class path.
 */
@NullMarked
package dev.tinydancer.workshop;

import org.jspecify.annotations.NullMarked;
