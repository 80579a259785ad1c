/**
 * Predicted quality: how well an agent will answer a request. {@link dev.tinydancer.router.quality.QualityPredictor} is
 * what a router asks; {@link dev.tinydancer.router.quality.Experience} answers from a prior and from recorded outcomes, and
 * predicts latency and length of answers beside it. Recording and predicting may happen on any thread.
 *
 * <p>The prior is item response theory (Rasch 1960). That outcomes of similar requests predict better than larger models is
 * shown by Li, Rethinking Predictive Modeling for LLM Routing: When Simple kNN Beats Complex Learned Routers, arXiv
 * 2505.12601.
 */
@NullMarked
package dev.tinydancer.router.quality;

import org.jspecify.annotations.NullMarked;
