/**
 * What people look at: a page and the JSON interface behind it, both of which only read. {@link
 * dev.tinydancer.engine.page.Page} serves them on the engine's HTTP port. Each question is one SQL statement of
 * {@code questions/}, asked in a read-only transaction as the role for which the asker's token stands, so that nobody sees
 * here what that role would not see in psql.
 *
 * <p>Each request has a virtual thread; what is shared is immutable or concurrent.
 */
@NullMarked
package dev.tinydancer.engine.page;

import org.jspecify.annotations.NullMarked;
