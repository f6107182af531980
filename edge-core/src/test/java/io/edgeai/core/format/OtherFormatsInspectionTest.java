package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each field of an inspection against what the test itself wrote into the file. */
class OtherFormatsInspectionTest {
    @TempDir
    Path folder;

    private ModelInspection inspect(byte[] bytes) throws IOException {
        return ModelInspector.inspect(Files.write(folder.resolve("model"), bytes));
    }

    static java.util.stream.Stream<Samples.Sample> samples() {
        return Samples.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void whatHoldsForEveryFormat(Samples.Sample sample) throws IOException {
        ModelInspection inspection = inspect(sample.bytes());
        assertThat(inspection.format()).isEqualTo(sample.format());
        assertThat(inspection.sizeBytes()).isEqualTo(sample.bytes().length);
        assertThat(inspection.abilities()).extracting(Ability::what).containsExactly("run", "optimize", "convert");
        boolean onnx = sample.format() == ModelFormat.ONNX;
        assertThat(inspection.can("run")).isEqualTo(onnx);
        assertThat(inspection.can("optimize")).isEqualTo(onnx);
        if (inspection.signature().equals(Signature.UNKNOWN)) {
            assertThat(inspection.warnings()).as("why there is no signature").isNotEmpty();
        }
        if (inspection.parameters() < 0) {
            assertThat(inspection.warnings()).as("why nothing is counted").anyMatch(text -> text.contains("counted"));
        }
        assertThat(inspection.abilities())
                .allSatisfy(ability -> assertThat(ability.reason()).isNotBlank());
    }

    @Test
    void graphDefsTellTheirOperatorsFunctionsIncluded() throws IOException {
        ModelInspection inspection = inspect(Samples.graphDef());
        assertThat(inspection.variant()).isEqualTo("GraphDef");
        assertThat(inspection.operators()).isEqualTo(Map.of("Placeholder", 1, "Const", 1, "MatMul", 2, "Relu", 1));
        assertThat(inspection.producer()).isEmpty();
        assertThat(inspection.can("convert")).isTrue();
    }

    @Test
    void savedModelsTellWhoWroteThemAndForWhat() throws IOException {
        ModelInspection file = inspect(Samples.savedModel());
        assertThat(file.variant()).isEqualTo("SavedModel");
        assertThat(file.producer()).isEqualTo("TensorFlow 2.15.0");
        assertThat(file.formatVersion()).isEqualTo("schema 1");
        assertThat(file.metadata()).isEqualTo(Map.of("tags", "serve,gpu", "functions", "1", "graph version", "1087"));
        assertThat(file.operators()).containsEntry("MatMul", 2).containsEntry("Relu", 1);
        assertThat(file.warnings()).anyMatch(warning -> warning.contains("may lack its variables"));

        Path saved = Files.createDirectories(folder.resolve("saved/variables")).getParent();
        Files.write(saved.resolve("saved_model.pb"), Samples.savedModel());
        Files.write(saved.resolve("variables/variables.data-00000-of-00001"), new byte[1000]);
        ModelInspection whole = ModelInspector.inspect(saved);
        assertThat(whole.sizeBytes()).isEqualTo(1000 + Samples.savedModel().length);
        assertThat(whole.operators()).isEqualTo(file.operators());
        assertThat(whole.warnings()).noneMatch(warning -> warning.contains("variables"));
    }

    @ParameterizedTest
    @CsvSource({
        "502, mlProgram",
        "403, neuralNetworkClassifier",
        "302, treeEnsembleRegressor",
        "900, identity",
        "777, field 777"
    })
    void coreMlTellsItsTypeAndDescription(int field, String type) throws IOException {
        ModelInspection inspection = inspect(Samples.coreml(field));
        assertThat(inspection.formatVersion()).isEqualTo("specification 7");
        assertThat(inspection.metadata())
                .isEqualTo(Map.of(
                        "type", type,
                        "inputs", "image,threshold",
                        "outputs", "label",
                        "description", "tells cats from dogs",
                        "version", "1.2",
                        "author", "someone",
                        "license", "MIT"));
    }

    @Test
    void coreMlPackagesAreReadThroughAndZippedOnesAreNot() throws IOException {
        Path data = Files.createDirectories(folder.resolve("p.mlpackage/Data/com.apple.CoreML"));
        Files.writeString(folder.resolve("p.mlpackage/Manifest.json"), "{}");
        Files.write(data.resolve("model.mlmodel"), Samples.coreml(502));
        Files.write(data.resolve("weights.bin"), new byte[500]);
        ModelInspection whole = ModelInspector.inspect(folder.resolve("p.mlpackage"));
        assertThat(whole.variant()).isEqualTo("package");
        assertThat(whole.metadata()).containsEntry("type", "mlProgram");
        assertThat(whole.sizeBytes()).isEqualTo(502 + Samples.coreml(502).length);
        ModelInspection zipped = inspect(Samples.zip(Map.of("p/Manifest.json", "{}", "p/Data/m.mlmodel", "x")));
        assertThat(zipped.variant()).isEqualTo("zipped package");
        assertThat(zipped.metadata()).isEmpty();
        assertThat(zipped.warnings()).anyMatch(warning -> warning.contains("unpack it"));
    }

    @Test
    void pytorchArchivesTellTheirStoragesAndWhetherTheyHoldAGraph() throws IOException {
        ModelInspection script = inspect(Samples.zip(Samples.torch(true)));
        assertThat(script.variant()).isEqualTo("TorchScript");
        assertThat(script.weightBytes()).as("storages of 16 and 8 bytes").isEqualTo(24);
        assertThat(script.metadata()).isEqualTo(Map.of("storages", "2"));
        assertThat(script.formatVersion()).isEqualTo("archive 3");
        assertThat(script.can("convert")).isTrue();
        ModelInspection weights = inspect(Samples.zip(Samples.torch(false)));
        assertThat(weights.variant()).isEqualTo("weights");
        assertThat(weights.can("convert")).isFalse();
        assertThat(weights.abilities().get(2).reason()).contains("TorchScript or ONNX");
    }

    @Test
    void xgboostTellsItsObjectiveAndShape() throws IOException {
        ModelInspection inspection = inspect(Samples.latin(Samples.xgboostJson()));
        assertThat(inspection.variant()).isEqualTo("JSON");
        assertThat(inspection.formatVersion()).isEqualTo("1.7.4");
        assertThat(inspection.metadata())
                .isEqualTo(Map.of(
                        "num_class", "3",
                        "num_feature", "7",
                        "objective", "multi:softprob",
                        "booster", "gbtree",
                        "base_score", "5E-1"));
        assertThat(inspect(Samples.latin("bs64" + "\0".repeat(100))).warnings())
                .anyMatch(warning -> warning.contains("XGBoost 3.1 and later refuse"));
    }

    @Test
    void huggingFaceFoldersAddUpTheirShards() throws IOException {
        Path model = Files.createDirectory(folder.resolve("hf"));
        Files.writeString(
                model.resolve("config.json"),
                "{\"architectures\":[\"BertModel\"],\"model_type\":\"bert\",\"hidden\":{\"torch_dtype\":\"float16\"},"
                        + "\"transformers_version\":\"4.40\",\"vocab_size\":30522}");
        Files.write(
                model.resolve("model-00001-of-00002.safetensors"),
                Samples.safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[4,5],\"data_offsets\":[0,80]}}", 80));
        Files.write(
                model.resolve("model-00002-of-00002.safetensors"),
                Samples.safetensors(
                        "{\"__metadata__\":{\"format\":\"pt\"},"
                                + "\"b\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[0,6]},"
                                + "\"c\":{\"dtype\":\"F16\",\"shape\":[],\"data_offsets\":[6,8]}}",
                        8));
        ModelInspection inspection = ModelInspector.inspect(model);
        assertThat(inspection.variant()).isEqualTo("folder");
        assertThat(inspection.parameters()).isEqualTo(20 + 3 + 1);
        assertThat(inspection.weightBytes()).isEqualTo(88);
        assertThat(inspection.metadata())
                .containsEntry("tensors", "3")
                .containsEntry("format", "pt")
                .containsEntry("architectures", "BertModel")
                .containsEntry("model_type", "bert")
                .containsEntry("torch_dtype", "float16")
                .containsEntry("transformers_version", "4.40")
                .containsEntry("vocab_size", "30522")
                .containsEntry("weights", "a F32[4,5], b F16[3], c F16[]");
        Files.write(model.resolve("model-00003-of-00003.safetensors"), new byte[100]);
        assertThatThrownBy(() -> ModelInspector.inspect(model))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("00003")
                .hasMessageContaining("Maybe");
    }

    @Test
    void picklesTellTheirEstimators() throws IOException {
        byte[] pipeline = Samples.latin("\u0080\2csklearn.pipeline\nPipeline\nq\0)\u0081q\1}X\5\0\0\0steps"
                + "]((X\1\0\0\0acsklearn.preprocessing._data\nStandardScaler\n)\u0081t"
                + "(X\1\0\0\0bcsklearn.svm._classes\nSVC\n)\u0081tesb.");
        for (byte[] form : List.of(pipeline, Samples.gzip(pipeline))) {
            ModelInspection inspection = inspect(form);
            assertThat(inspection.operators()).isEqualTo(Map.of("Pipeline", 1, "StandardScaler", 1, "SVC", 1));
            assertThat(inspection.warnings()).anyMatch(warning -> warning.contains("nothing was unpickled"));
        }
    }

    @Test
    void enginesTellTheirVersionAndThatTheyRunElsewhereNowhere() throws IOException {
        ModelInspection inspection = inspect(Samples.latin("ptrt\u00e8\0\0\0" + "\1".repeat(50)));
        assertThat(inspection.formatVersion()).isEqualTo("plan 232 (ptrt)");
        assertThat(inspection.abilities()).noneMatch(Ability::possible);
        assertThat(inspection.abilities().get(0).reason()).contains("the GPU it was built for");
        assertThatThrownBy(() -> inspect(Samples.latin("ftrt")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Maybe");
    }

    @Test
    void openvinoRangesAndUnknownTypesAreSaid() throws IOException {
        String xml = Samples.openvino();
        assertThat(inspect(Samples.latin(xml)).signature().inputs())
                .singleElement()
                .hasToString("in: FLOAT[1,3]");
        ModelInspection open = inspect(Samples.latin(xml.replace("<dim>1</dim>", "<dim>-5</dim>")));
        assertThat(open.signature().inputs()).singleElement().hasToString("in: FLOAT[?,3]");
        ModelInspection odd = inspect(Samples.latin(xml.replace("\"f32\"", "\"f4\"")));
        assertThat(odd.signature()).isEqualTo(Signature.UNKNOWN);
        assertThat(odd.warnings()).anyMatch(warning -> warning.contains("a type this version does not know"));
    }

    /** Weights, operators, domains and notes of an ONNX graph, each computed here from what was put in. */
    @Test
    void everyFieldOfAnOnnxGraphIsThatOfTheGraph() throws IOException {
        OnnxGraph graph = OnnxGraph.create("g", 18);
        graph.info().producerName("tester").docString("d".repeat(3000)).domain("org.example");
        graph.info().opsets().put("ai.onnx.ml", 3L);
        graph.info().opsets().put("com.microsoft", 1L);
        graph.info().metadata().put("empty", "");
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 2, 3));
        graph.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, 2, 3));
        graph.initializers().put("w", OnnxTensor.ofFloats(new float[6], 2, 3));
        graph.initializers().put("none", OnnxTensor.ofFloats(new float[0], 0));
        graph.add("Constant", "c", List.of(), List.of("k"))
                .attribute("value", new OnnxAttribute.OfTensor(OnnxTensor.ofFloats(new float[3], 3)));
        graph.add("Add", "a", List.of("x", "w"), List.of("s"));
        graph.add("Add", "b", List.of("s", "k"), List.of("t"));
        graph.add("Gelu", "u", List.of("t"), List.of("y")).domain("com.microsoft");
        ModelInspection inspection = inspect(OnnxWriter.toBytes(graph));
        assertThat(inspection.variant()).isEmpty();
        assertThat(inspection.producer()).isEqualTo("tester");
        assertThat(inspection.opsets()).isEqualTo(Map.of("", 18L, "ai.onnx.ml", 3L, "com.microsoft", 1L));
        assertThat(inspection.operators()).isEqualTo(Map.of("Add", 2, "Constant", 1, "com.microsoft.Gelu", 1));
        assertThat(List.copyOf(inspection.operators().keySet())).isSorted();
        assertThat(inspection.parameters()).isEqualTo(6 + 0 + 3);
        assertThat(inspection.weightBytes()).isEqualTo(4 * 9);
        assertThat(inspection.metadata())
                .containsOnlyKeys("graph", "domain", "doc")
                .containsEntry("domain", "org.example")
                .containsEntry("doc", "d".repeat(1000) + "…");
        assertThat(inspection.warnings()).as("all these domains are known").isEmpty();
        assertThat(inspection.signature().inputs()).singleElement().hasToString("x: FLOAT[2,3]");
    }
}
