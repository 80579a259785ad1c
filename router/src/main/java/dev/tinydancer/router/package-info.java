/**
 * The library's front door: {@link dev.tinydancer.router.AdaptiveRouter} knows agents, chooses one for each request, and
 * learns from what comes of it. What it is made of, for those who need more than it offers, is in the packages below: {@link
 * dev.tinydancer.router.routing} decides, {@link dev.tinydancer.router.quality} predicts.
 */
@NullMarked
package dev.tinydancer.router;

import org.jspecify.annotations.NullMarked;
