package io.edgeai;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The laws of docs/ARCHITECTURE.md over the compiled classes of all library modules. */
class HouseLawsTest {
    private static final String[] GENERATED = {
        "io.edgeai.core.onnx.internal.wire..", "io.edgeai.core.remote.wire..", "io.edgeai.federated.transport.wire.."
    };
    private static JavaClasses house;

    @BeforeAll
    static void scan() {
        house = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.edgeai")
                .that(not(resideInAnyPackage(GENERATED)));
    }

    @Test
    void theScanSeesEveryModule() {
        for (String module : new String[] {"core", "formats", "placement", "optimize", "monitor", "federated"}) {
            check(classes()
                    .that()
                    .resideInAPackage("io.edgeai." + module + "..")
                    .should()
                    .resideInAPackage("io.edgeai.."));
        }
    }

    @Test
    void coreKnowsNobodyAndSiblingsKnowCoreOnly() {
        String[] siblings = {"formats", "placement", "optimize", "monitor", "federated"};
        for (String sibling : siblings) {
            check(noClasses()
                    .that()
                    .resideInAPackage("io.edgeai.core..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.edgeai." + sibling + ".."));
            check(noClasses()
                    .that()
                    .resideInAPackage("io.edgeai." + sibling + "..")
                    .should()
                    .dependOnClassesThat(resideInAnyPackage("io.edgeai..")
                            .and(not(resideInAnyPackage("io.edgeai.core..", "io.edgeai." + sibling + "..")))));
        }
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching("io.edgeai.(**)").should().beFreeOfCycles());
    }

    @Test
    void foreignEnginesStayBehindTheirAdapters() {
        Map<String, List<String>> homes = Map.of(
                "com.google.ortools..", List.of("io.edgeai.placement.ortools.."),
                "ai.onnxruntime..", List.of("io.edgeai.core.runtime.onnxruntime.."),
                "ai.djl..", List.of("io.edgeai.core.text.huggingface..", "io.edgeai.core.runtime.djl.."),
                "ml.dmlc..", List.of("io.edgeai.core.runtime.xgboost.."),
                "io.grpc..", List.of("io.edgeai.core.remote..", "io.edgeai.federated.transport.grpc.."),
                "org.eclipse.jetty..", List.of("io.edgeai.server.jetty.."),
                "io.fabric8..", List.of("io.edgeai.placement.deploy.."));
        homes.forEach((foreign, home) -> check(noClasses()
                .that()
                .resideOutsideOfPackages(home.toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(foreign)));
    }

    @Test
    void publicSignaturesShowNoForeignEngine() {
        check(com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods()
                .that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .should()
                .haveRawReturnType(foreign()));
    }

    @Test
    void libraryCodeNeitherPrintsNorExitsNorSleeps() {
        check(noClasses().should(ACCESS_STANDARD_STREAMS));
        check(noClasses().should().callMethod(System.class, "exit", int.class));
        check(noClasses().should().callMethod(Thread.class, "sleep", long.class));
        check(noClasses().should().callMethod(Runtime.class, "addShutdownHook", Thread.class));
        check(noClasses().should().callMethod(Throwable.class, "printStackTrace"));
    }

    @Test
    void noMutableStatics() {
        check(fields().that().areStatic().should().beFinal());
        check(noFields().that().areNotFinal().should().bePublic());
    }

    @Test
    void namesSayWhatAThingIs() {
        check(noClasses().should().haveSimpleNameEndingWith("Impl"));
        check(noClasses().should().haveNameMatching(".*(Utils?|Helper|Manager)"));
        check(noClasses().should().haveNameMatching(".*\\.(Base|Abstract)[A-Z][A-Za-z]*"));
    }

    private static com.tngtech.archunit.base.DescribedPredicate<JavaClass> foreign() {
        return resideInAnyPackage(
                "ai.onnxruntime..",
                "ai.djl..",
                "ml.dmlc..",
                "io.grpc..",
                "io.fabric8..",
                "org.eclipse.jetty..",
                "com.google.ortools..");
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(false).check(house);
    }
}
