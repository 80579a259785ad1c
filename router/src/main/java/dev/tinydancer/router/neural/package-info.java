/**
 * FastGRNN, a recurrent cell of two small matrices. {@link dev.tinydancer.router.neural.FastGrnnCell} is the entry. Models are immutable and safe for concurrent use;
 * workspaces and trainers belong to one thread.
 *
 * <p>Kusupati et al., FastGRNN: A Fast, Accurate, Stable and Tiny Kilobyte Sized Gated Recurrent Neural Network,
 * NeurIPS 2018, <a href="https://arxiv.org/abs/1901.02358">arXiv 1901.02358</a>.
 */
@NullMarked
package dev.tinydancer.router.neural;

import org.jspecify.annotations.NullMarked;
