/**
 * Model files in the safetensors format. {@link dev.tinydancer.router.safetensors.Safetensors} reads, checks and writes
 * them. Everything here is immutable and safe for concurrent use.
 *
 * <p>The format: <a href="https://github.com/huggingface/safetensors">huggingface/safetensors</a>, README, "Format".
 */
@NullMarked
package dev.tinydancer.router.safetensors;

import org.jspecify.annotations.NullMarked;
