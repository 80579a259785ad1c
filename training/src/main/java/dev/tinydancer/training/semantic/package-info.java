/**
 * How the similarities of an embedding model are to be read: {@link dev.tinydancer.training.semantic.RouteCalibrator}
 * fits what {@link dev.tinydancer.router.semantic.RouteCalibration} holds, on labelled intents.
 */
@NullMarked
package dev.tinydancer.training.semantic;

import org.jspecify.annotations.NullMarked;
