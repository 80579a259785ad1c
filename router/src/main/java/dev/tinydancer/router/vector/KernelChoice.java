package dev.tinydancer.router.vector;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the kernels that this JVM can run, once. */
final class KernelChoice {

    static final String PROPERTY = "tiny_dancer.vectors";

    private static final Logger LOG = LoggerFactory.getLogger(KernelChoice.class);
    private static final String MODULE = "jdk.incubator.vector";

    private KernelChoice() {}

    /** The chosen kernels; made when first asked for, so that choosing can be tested without it. */
    static Kernels kernels() {
        return Holder.KERNELS;
    }

    private static final class Holder {
        static final Kernels KERNELS = choose(System.getProperty(PROPERTY));
    }

    /**
     * Chooses anew.
     *
     * @param forced {@code scalar}, {@code panama}, or null for the best that works
     * @throws IllegalArgumentException if {@code forced} is anything else
     * @throws IllegalStateException if {@code panama} is forced and does not work here
     */
    static Kernels choose(@Nullable String forced) {
        Kernels kernels = switch (forced) {
            case null -> best();
            case "scalar" -> new ScalarKernels();
            case "panama" -> panama();
            default -> throw new IllegalArgumentException("-D" + PROPERTY + " must be scalar or panama, got " + forced);
        };
        LOG.info("Vector arithmetic: {}, {} bits", kernels.name(), kernels.bits());
        return kernels;
    }

    private static Kernels best() {
        try {
            return panama();
        } catch (IllegalStateException e) {
            LOG.warn("Vector arithmetic runs as plain Java, about ten times slower: {}", e.getMessage());
            return new ScalarKernels();
        }
    }

    private static Kernels panama() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            throw new IllegalStateException(
                    "the module " + MODULE + " is not there; start java with --add-modules " + MODULE);
        }
        try {
            return new PanamaKernels();
        } catch (UnsupportedOperationException | LinkageError e) {
            throw new IllegalStateException("the Vector API does not work on this JVM: " + e.getMessage(), e);
        }
    }
}
