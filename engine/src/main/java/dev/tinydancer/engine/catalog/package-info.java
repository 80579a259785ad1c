/**
 * What the engine knows of the tables: for each tenant an immutable {@link dev.tinydancer.engine.catalog.Catalog}, replaced
 * as a whole. {@link dev.tinydancer.engine.catalog.CatalogStore} is the entry; it is safe for concurrent use.
 *
 * <p>A call says which version its snapshot of the database sees. The store answers with exactly that version or refuses,
 * so that a decision never rests on agents that its caller does not see.
 */
@NullMarked
package dev.tinydancer.engine.catalog;

import org.jspecify.annotations.NullMarked;
