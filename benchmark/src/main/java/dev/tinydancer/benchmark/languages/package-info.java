/**
 * Whether the request classifier knows requests of twelve languages, or knows that it does not: {@link
 * dev.tinydancer.benchmark.languages.LanguageSuite}. Used by one thread.
 */
@NullMarked
package dev.tinydancer.benchmark.languages;

import org.jspecify.annotations.NullMarked;
