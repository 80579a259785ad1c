/**
 * Text to vectors. {@link dev.tinydancer.router.embedding.TextEmbedder} is the entry, with two implementations: {@link
 * dev.tinydancer.router.embedding.StaticEmbedder} for the hot path (a table of token vectors, microseconds, plain Java)
 * and {@link dev.tinydancer.router.embedding.SentenceEmbedder} where meaning matters more than time (bge-small-en-v1.5
 * on ONNX Runtime, milliseconds). Both read text through {@link
 * dev.tinydancer.router.embedding.WordPieceTokenizer}.
 *
 * <p>Embedders and the tokenizer are safe for use by several threads.
 */
@NullMarked
package dev.tinydancer.router.embedding;

import org.jspecify.annotations.NullMarked;
