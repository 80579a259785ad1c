/**
 * Tokens as providers count and bill them: by the vocabulary of an agent's family, where that is public, and by one that is
 * times a factor elsewhere. The word pieces of {@code dev.tinydancer.router.embedding} are what models of this library read;
 * nobody bills them. {@link dev.tinydancer.router.tokens.TokenFamily} is where to begin.
 */
@NullMarked
package dev.tinydancer.router.tokens;

import org.jspecify.annotations.NullMarked;
