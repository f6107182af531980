package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.serving.ModelEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportModelTest {
    @TempDir
    Path dir;

    private EdgeAI edge;

    @BeforeEach
    void open() {
        edge = EdgeAI.builder()
                .home(dir.resolve("home"))
                .serving(s -> s.noDeadline())
                .build();
    }

    @AfterEach
    void close() {
        edge.close();
    }

    @Test
    void onnxIsRegisteredAsItIs() throws IOException {
        Path file = Files.write(dir.resolve("times.onnx"), Fixtures.times(3));
        ModelVersion version = edge.importModel(
                "times", file, r -> r.workload(WorkloadType.RECOMMENDATION).tag("who", "me"));

        assertThat(version.format()).isEqualTo(ModelFormat.ONNX);
        assertThat(version.workload()).isEqualTo(WorkloadType.RECOMMENDATION);
        assertThat(version.tags()).containsEntry("who", "me");
        assertThat(version.parent()).isEmpty();
        assertThat(version.stage()).isEqualTo(Stage.REGISTERED);
        assertThat(edge.registry().versions("times")).containsExactly(version);
        assertThat(edge.registry().file(version.ref())).hasBinaryContent(Fixtures.times(3));
    }

    @Test
    void aForeignModelIsKeptAndItsConversionDerivedFromIt() throws IOException {
        Path file = Fixtures.xgboost(dir);
        ModelVersion converted = edge.importModel(
                "trees", file, r -> r.workload(WorkloadType.ANOMALY_DETECTION).tag("k", "v"));

        assertThat(edge.registry().versions("trees")).hasSize(2);
        ModelVersion original = edge.registry().get("trees@1");
        assertThat(original.format()).isEqualTo(ModelFormat.XGBOOST);
        assertThat(edge.registry().file(original.ref())).hasSameBinaryContentAs(file);
        assertThat(converted.number()).isEqualTo(2);
        assertThat(converted.format()).isEqualTo(ModelFormat.ONNX);
        assertThat(converted.workload()).isEqualTo(WorkloadType.ANOMALY_DETECTION);
        assertThat(converted.tags()).containsEntry("k", "v");
        assertThat(converted.derivation()).isEqualTo("import-onnx");
        assertThat(converted.tags().get("provenance.notes")).contains("1 trees, 5 nodes", "reg:squarederror");
        assertThat(converted.tags()).containsKey("provenance.library");
        assertThat(original.tags()).containsOnlyKeys("k");
        assertThat(edge.registry().lineage(converted.ref())).containsExactly(original, converted);
    }

    /** Each becomes a version that says which it is; the file itself is kept once. */
    @Test
    void allSignaturesOfAFileBecomeVersions() throws IOException {
        List<ModelVersion> versions =
                edge.importSignatures("sums", TwoSignatures.write(dir), r -> r.workload(WorkloadType.RECOMMENDATION));

        assertThat(versions).extracting(v -> v.tags().get("signature")).containsExactly("negate", "subtract");
        assertThat(versions).extracting(ModelVersion::number).containsExactly(2, 3);
        ModelVersion original = edge.registry().get("sums@1");
        assertThat(original.format()).isEqualTo(ModelFormat.TFLITE);
        assertThat(versions)
                .allSatisfy(v -> assertThat(edge.registry().lineage(v.ref())).containsExactly(original, v))
                .allSatisfy(v -> assertThat(v.workload()).isEqualTo(WorkloadType.RECOMMENDATION));
        try (ModelEndpoint negate = edge.serve("sums", s -> s.split(versions.get(0), 1))) {
            assertThat(negate.predict(new float[] {3, -4})).containsExactly(-3, 4);
        }
        assertThat(edge.graph(versions.get(1)).outputs())
                .extracting(value -> value.name())
                .contains("difference", "given");
    }

    @Test
    void oneSignatureIsImportedByName() throws IOException {
        ModelVersion version = edge.importModel("sums", TwoSignatures.write(dir), "subtract", r -> {});

        assertThat(version.number()).isEqualTo(2);
        assertThat(version.tags()).containsEntry("signature", "subtract");
        assertThatThrownBy(() -> edge.importModel("more", TwoSignatures.write(dir), "divide", r -> {}))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe one of [negate, subtract]?");
        assertThatThrownBy(() -> edge.importSignatures("trees", Fixtures.xgboost(dir), r -> {}))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("names no signatures");
    }

    /** The answers follow from the tree written in the fixture. */
    @Test
    void bothTheConversionAndTheOriginalAnswerAsTheTreeSays() throws IOException {
        ModelVersion converted = edge.importModel("trees", Fixtures.xgboost(dir));
        ModelVersion original = edge.registry().get("trees@1");
        SplittableRandom random = new SplittableRandom(11);
        for (ModelVersion version : new ModelVersion[] {original, converted}) {
            try (ModelEndpoint endpoint = edge.serve("trees", s -> s.split(version, 1))) {
                for (int i = 0; i < 200; i++) {
                    float[] x = {random.nextInt(5) / 4f, random.nextInt(13) / 2f};
                    float expected = 10 + (x[0] < 0.5f ? 1 : x[1] < 3 ? 2 : 4);
                    assertThat(endpoint.predict(x)[0])
                            .as("%s on (%s, %s)", version, x[0], x[1])
                            .isCloseTo(expected, within(1e-5f));
                }
            }
        }
    }

    @Test
    void theConversionCanBePromotedAndServed() throws IOException {
        ModelVersion converted = edge.importModel("trees", Fixtures.xgboost(dir));
        edge.registry().promote(converted.ref(), "first");
        try (ModelEndpoint endpoint = edge.serve("trees")) {
            assertThat(endpoint.predict(new float[] {0, 0})[0]).isCloseTo(11, within(1e-5f));
        }
    }

    @Test
    void importingAgainMakesFurtherVersions() throws IOException {
        Path file = Fixtures.xgboost(dir);
        assertThat(edge.importModel("trees", file).number()).isEqualTo(2);
        ModelVersion again = edge.importModel("trees", file);
        assertThat(again.number()).isEqualTo(4);
        assertThat(again.parent()).contains(edge.registry().get("trees@3").ref());
        assertThat(edge.registry().get("trees@3").digest())
                .isEqualTo(edge.registry().get("trees@1").digest());
    }

    @Test
    void aModelThatCannotBeConvertedStaysRegistered() throws IOException {
        Path strange = Files.writeString(
                dir.resolve("strange.json"),
                Files.readString(Fixtures.xgboost(dir)).replace("reg:squarederror", "survival:made-up"));
        assertThatThrownBy(() -> edge.importModel("trees", strange))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("survival:made-up");
        assertThat(edge.registry().versions("trees")).singleElement().satisfies(version -> assertThat(version.format())
                .isEqualTo(ModelFormat.XGBOOST));
    }

    @Test
    void whatIsNoModelIsNotRegistered() throws IOException {
        Path text = Files.writeString(dir.resolve("readme.txt"), "hello");
        assertThatThrownBy(() -> edge.importModel("m", text)).isInstanceOf(ModelFormatException.class);
        assertThatThrownBy(() -> edge.importModel("m", dir.resolve("missing.onnx")))
                .satisfies(e -> assertThat(e).isNotInstanceOf(NoSuchFileException.class))
                .hasMessageContaining("missing.onnx");
        assertThat(edge.registry().models()).isEmpty();
    }

    @Test
    void aBadNameIsRefusedBeforeAnythingIsStored() throws IOException {
        Path file = Files.write(dir.resolve("times.onnx"), Fixtures.times(3));
        assertThatThrownBy(() -> edge.importModel("../evil", file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("../evil");
        assertThat(edge.registry().models()).isEmpty();
    }
}
