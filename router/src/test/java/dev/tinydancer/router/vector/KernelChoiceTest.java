package dev.tinydancer.router.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

/** Runs in both of the module's test runs, with the Vector API and without. */
final class KernelChoiceTest {

    private static boolean hasVectorModule() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    @Test
    void choose_nothingForced_vectorsIfTheModuleIsThere() {
        Kernels kernels = KernelChoice.choose(null);
        assertThat(kernels.name()).isEqualTo(hasVectorModule() ? "panama" : "scalar");
        assertThat(kernels.bits()).isGreaterThanOrEqualTo(hasVectorModule() ? 128 : 32);
    }

    @Test
    void choose_scalarForced_scalar() {
        assertThat(KernelChoice.choose("scalar")).isInstanceOf(ScalarKernels.class);
    }

    @Test
    void choose_panamaForcedWithModule_panama() {
        assumeTrue(hasVectorModule());
        assertThat(KernelChoice.choose("panama").name()).isEqualTo("panama");
    }

    @Test
    void choose_panamaForcedWithoutModule_refusedWithRemedy() {
        assumeFalse(hasVectorModule());
        assertThatIllegalStateException()
                .isThrownBy(() -> KernelChoice.choose("panama"))
                .withMessage("the module jdk.incubator.vector is not there;"
                        + " start java with --add-modules jdk.incubator.vector");
    }

    @Test
    void choose_unknownForced_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelChoice.choose("avx"))
                .withMessage("-Dtiny_dancer.vectors must be scalar or panama, got avx");
    }

    @Test
    void implementation_readable() {
        assertThat(VectorMath.implementation()).isEqualTo(KernelChoice.kernels().name());
        assertThat(VectorMath.bits()).isEqualTo(KernelChoice.kernels().bits());
    }
}
