package dev.tinydancer.postgres.install;

import java.util.List;

/**
 * What an installation did.
 *
 * @param schemaVersion of the newest migration in the database
 * @param changes one line for each thing done, in order; empty if all was there already
 */
public record InstallReport(String schemaVersion, List<String> changes) {

    public InstallReport {
        changes = List.copyOf(changes);
    }

    public boolean changedNothing() {
        return changes.isEmpty();
    }
}
