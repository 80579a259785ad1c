/**
 * Vector arithmetic on arrays, with the processor's vector instructions where the JVM offers them. {@link
 * dev.tinydancer.router.vector.VectorMath} is the entry for arithmetic, {@link
 * dev.tinydancer.router.vector.QuantizedMatrix} for finding the nearest of many vectors.
 *
 * <p>{@code VectorMath} has no state and may be used by any thread; a matrix may be searched by several threads while
 * none changes it. {@code jdk.incubator.vector} is used in this package only, and only in {@code PanamaKernels}.
 */
@NullMarked
package dev.tinydancer.router.vector;

import org.jspecify.annotations.NullMarked;
