package dev.tinydancer.workshop;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which part may know which. Here, because this module sees all the others. */
final class ArchitectureTest {

    private static final String ROOT = "dev.tinydancer.";

    private static JavaClasses classes;

    @BeforeAll
    static void readClasses() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("dev.tinydancer");
    }

    @Test
    void modules_dependDownwardsOnly() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("router")
                .definedBy(ROOT + "router..")
                .layer("training")
                .definedBy(ROOT + "training..")
                .layer("postgres")
                .definedBy(ROOT + "postgres..")
                .layer("engine")
                .definedBy(ROOT + "engine..")
                .layer("benchmark")
                .definedBy(ROOT + "benchmark..")
                .layer("cli")
                .definedBy(ROOT + "cli..")
                .layer("workshop")
                .definedBy(ROOT + "workshop..")
                .whereLayer("workshop")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("cli")
                .mayOnlyBeAccessedByLayers("workshop")
                .whereLayer("benchmark")
                .mayOnlyBeAccessedByLayers("workshop")
                .whereLayer("engine")
                .mayOnlyBeAccessedByLayers("benchmark", "cli", "workshop")
                .whereLayer("postgres")
                .mayOnlyBeAccessedByLayers("engine", "benchmark", "cli", "workshop")
                .whereLayer("training")
                .mayOnlyBeAccessedByLayers("benchmark", "workshop")
                .whereLayer("router")
                .mayOnlyBeAccessedByLayers("training", "postgres", "engine", "benchmark", "cli", "workshop")
                .check(classes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"router", "training", "postgres", "engine", "benchmark", "cli", "workshop"})
    void packages_ofOneModule_haveNoCycles(String module) {
        slices().matching(ROOT + module + ".(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void vectorModule_isUsedInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "router.vector..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .check(classes);
    }

    @Test
    void routerAndTraining_knowNoDatabaseAndNoNetwork() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + "router..", ROOT + "training..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "java.net..", "org.postgresql..")
                .check(classes);
    }

    @Test
    void libraries_doNotWriteToTheProcessesStreams() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "cli..", ROOT + "workshop..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(classes);
    }
}
