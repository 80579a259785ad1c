/**
 * {@code demo}: a tour through the SQL functions on a throw-away instance.
 *
 * <p>The statements are in the resource {@code tour.sql}; {@link dev.tinydancer.cli.demo.Tour} reads them.
 */
@NullMarked
package dev.tinydancer.cli.demo;

import org.jspecify.annotations.NullMarked;
