/**
 * What the engine knows of the tables: for each tenant an immutable {@link dev.tinydancer.engine.catalog.Catalog} of agents
 * and, where they are needed, the {@link dev.tinydancer.engine.catalog.SemanticRoutes}; both are replaced as a whole. {@link
 * dev.tinydancer.engine.catalog.CatalogStore} and {@link dev.tinydancer.engine.catalog.RouteStore} are the entries; they are
 * safe for concurrent use.
 *
 * <p>A call says which version its snapshot of the database sees. The stores answer with exactly that version or refuse, so
 * that a decision never rests on agents or routes that its caller does not see.
 */
@NullMarked
package dev.tinydancer.engine.catalog;

import org.jspecify.annotations.NullMarked;
