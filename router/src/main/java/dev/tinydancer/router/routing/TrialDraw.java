package dev.tinydancer.router.routing;

/**
 * Whether a request tries an agent out, if there is one that its credit puts before the others.
 *
 * @param share of the requests like this one that do, in [0, 1]
 * @param isDrawn whether this is one of them
 */
public record TrialDraw(double share, boolean isDrawn) {

    /** Nobody is tried out. */
    public static final TrialDraw NONE = new TrialDraw(0, false);

    public TrialDraw {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share must be in [0, 1], got " + share);
        }
        if (isDrawn && share == 0) {
            throw new IllegalArgumentException("none is drawn of a share of 0");
        }
    }
}
