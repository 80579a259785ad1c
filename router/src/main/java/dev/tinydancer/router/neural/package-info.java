/**
 * The learned part of the router: FastGRNN, the request classifier built on it, and their files. {@link
 * dev.tinydancer.router.neural.RequestEncoder} turns the text of a request into what the router needs of it, {@link
 * dev.tinydancer.router.neural.FastGrnnCell} is the cell alone. Models are immutable and safe for concurrent use;
 * workspaces belong to one thread.
 *
 * <p>Kusupati et al., FastGRNN: A Fast, Accurate, Stable and Tiny Kilobyte Sized Gated Recurrent Neural Network,
 * NeurIPS 2018, <a href="https://arxiv.org/abs/1901.02358">arXiv 1901.02358</a>.
 */
@NullMarked
package dev.tinydancer.router.neural;

import org.jspecify.annotations.NullMarked;
