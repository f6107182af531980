package io.edgeai.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTest {
    @ParameterizedTest
    @ValueSource(strings = {"defects", "a", "Resnet-50.v1_b", "0"})
    void ordinaryNamesAreModelNames(String name) {
        assertThat(ModelId.of(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".hidden", "-x", "a/b", "..", "a b", "ü", "a\n", "a@1", "C:\\x"})
    void namesThatCouldEscapeOrConfuseAreRefused(String name) {
        assertThatThrownBy(() -> ModelId.of(name))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe");
    }

    @Test
    void aHugeNameIsRefusedWithoutRepeatingItWhole() {
        assertThatThrownBy(() -> ModelId.of("x".repeat(100_000)))
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(400));
        assertThat(ModelId.of("x".repeat(128)).name()).hasSize(128);
    }

    @Test
    void versionReferencesParseWhatTheyPrint() {
        VersionRef ref = VersionRef.of("defects", 12);

        assertThat(ref).hasToString("defects@12");
        assertThat(VersionRef.parse("defects@12")).isEqualTo(ref);
        assertThat(List.of(VersionRef.of("b", 1), VersionRef.of("a", 10), VersionRef.of("a", 9)))
                .isSortedAccordingTo((x, y) -> -x.compareTo(y));
    }

    @ParameterizedTest
    @ValueSource(strings = {"defects", "defects@", "defects@x", "defects@0", "@1", "defects@99999999999"})
    void brokenVersionReferencesAreNamed(String text) {
        assertThatThrownBy(() -> VersionRef.parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe ");
    }

    @Test
    void thereAreTenFormatsAndTenWorkloadTypes() {
        assertThat(ModelFormat.values()).hasSize(10);
        assertThat(WorkloadType.values()).hasSize(10);
        assertThat(EnumSet.allOf(ModelFormat.class))
                .extracting(ModelFormat::displayName)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void everyWorkloadTypeBringsUsableDefaults(WorkloadType type) {
        WorkloadDefaults defaults = type.defaults();

        assertThat(defaults.monitors()).contains(SignalKind.ERRORS);
        assertThat(defaults.optimizations()).isNotEmpty().doesNotHaveDuplicates();
        assertThat(defaults.maxBatchDelay()).isLessThan(defaults.deadline());
        if (defaults.maxBatch() == 1) {
            assertThat(defaults.maxBatchDelay()).as("nobody to wait for").isZero();
        }
    }

    @Test
    void everyPlacementObjectiveIsSomeWorkloadsDefault() {
        Set<PlacementObjective> used = EnumSet.noneOf(PlacementObjective.class);
        for (WorkloadType type : WorkloadType.values()) {
            used.add(type.defaults().objective());
        }
        assertThat(used).containsExactlyInAnyOrder(PlacementObjective.values());
    }

    @Test
    void defaultsRefuseNonsense() {
        WorkloadDefaults good = WorkloadType.INFERENCE.defaults();

        assertThatThrownBy(() -> new WorkloadDefaults(
                        0,
                        good.maxBatchDelay(),
                        1,
                        good.deadline(),
                        good.objective(),
                        good.monitors(),
                        good.optimizations()))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new WorkloadDefaults(
                        1,
                        good.maxBatchDelay().negated(),
                        1,
                        good.deadline(),
                        good.objective(),
                        good.monitors(),
                        good.optimizations()))
                .isInstanceOf(InvalidInputException.class);
    }

    /** Codes from the ONNX specification, TensorProto.DataType. */
    @Test
    void elementTypesHaveOnnxCodesAndSizes() {
        assertThat(ElementType.ofOnnx(1)).isEqualTo(ElementType.FLOAT);
        assertThat(ElementType.ofOnnx(7)).isEqualTo(ElementType.INT64);
        assertThat(ElementType.ofOnnx(10)).isEqualTo(ElementType.FLOAT16);
        assertThat(ElementType.ofOnnx(22)).isEqualTo(ElementType.INT4);
        for (ElementType type : ElementType.values()) {
            assertThat(ElementType.ofOnnx(type.onnxCode())).isEqualTo(type);
        }
        assertThat(ElementType.DOUBLE.bytes(3)).isEqualTo(24);
        assertThat(ElementType.UINT4.bytes(3)).isEqualTo(2);
        assertThatThrownBy(() -> ElementType.ofOnnx(0)).isInstanceOf(ModelFormatException.class);
        assertThatThrownBy(() -> ElementType.ofOnnx(999)).isInstanceOf(ModelFormatException.class);
        assertThatThrownBy(() -> ElementType.FLOAT.bytes(Long.MAX_VALUE)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void specsPrintAndCount() {
        TensorSpec spec = new TensorSpec("x", ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(3), Dim.UNKNOWN));

        assertThat(spec).hasToString("x: FLOAT[N,3,?]");
        assertThat(spec.elements()).isEqualTo(3);
        assertThat(TensorSpec.of("s", ElementType.INT64).elements()).isEqualTo(1);
    }

    @Test
    void signaturesFindByNameAndSuggestOthers() {
        Signature signature = new Signature(
                List.of(TensorSpec.of("image", ElementType.FLOAT, 1, 4)),
                List.of(TensorSpec.of("scores", ElementType.FLOAT, 1, 2)));

        assertThat(signature.input("image").shape()).containsExactly(Dim.of(1), Dim.of(4));
        assertThat(signature.output("scores").name()).isEqualTo("scores");
        assertThatThrownBy(() -> signature.input("scores")).hasMessageContaining("image");
    }

    /** Test vectors of FIPS 180-4. */
    @Test
    void digestsAreSha256(@TempDir Path dir) throws IOException {
        String abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        String empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        Path file = Files.writeString(dir.resolve("f"), "abc");

        assertThat(Digest.of("abc".getBytes(StandardCharsets.UTF_8)).hex()).isEqualTo(abc);
        assertThat(Digest.of(new byte[0]).hex()).isEqualTo(empty);
        assertThat(Digest.of(file)).isEqualTo(new Digest(abc)).hasToString("sha256:" + abc);
        assertThat(Digest.of(file).abbreviated()).isEqualTo("ba7816bf8f01");
        assertThatThrownBy(() -> new Digest(abc.toUpperCase(java.util.Locale.ROOT)))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Digest.of(dir.resolve("missing"))).hasMessageContaining("missing");
    }
}
