/**
 * Measures how well the router decides, in the form of the field's own benchmarks: {@code RouteLlmSuite} (CPT50, CPT80,
 * APGR), {@code RouterBenchSuite} (AIQ), {@code IntentSuite} (intents by nearest centroid). Each suite reads files of
 * recorded outcomes or labelled texts, drives the predictor that the router itself runs, and returns an {@link
 * dev.tinydancer.benchmark.evaluation.EvaluationReport}. Suites run on the calling thread.
 *
 * <p>The metrics follow the published harnesses: RouteLLM (Ong et al., arXiv 2406.18665), RouterBench (Hu et al., arXiv
 * 2403.12031).
 */
@NullMarked
package dev.tinydancer.benchmark.evaluation;

import org.jspecify.annotations.NullMarked;
