/** {@code known-models}: makes the catalogue of models that comes along, and what is known of their abilities. */
@NullMarked
package dev.tinydancer.workshop.models;

import org.jspecify.annotations.NullMarked;
