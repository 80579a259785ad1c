/**
 * Predicted quality: how well an agent will answer a request, from a prior and from recorded outcomes. {@link
 * dev.tinydancer.router.quality.QualityPredictor} is the entry.
 */
@NullMarked
package dev.tinydancer.router.quality;

import org.jspecify.annotations.NullMarked;
