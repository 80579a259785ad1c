package dev.tinydancer.postgres.install;

import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/** Counts the migrations as they begin. */
final class MigrationProgress extends BaseCallback {

    private final InstallProgress progress;
    private int all;
    private int done;

    MigrationProgress(InstallProgress progress) {
        this.progress = progress;
    }

    /** Says how many there will be. */
    void follow(int migrations) {
        all = migrations;
        done = 0;
    }

    /** Whether none is to come after the one that has begun last. */
    boolean isLast() {
        return done == all;
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public void handle(Event event, Context context) {
        progress.begins(done, all, context.getMigrationInfo().getDescription());
        done++;
    }
}
