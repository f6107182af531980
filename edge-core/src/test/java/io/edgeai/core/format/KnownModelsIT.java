package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.TensorSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What inspection says of real models against what stands beside them: arrays their own frameworks made, the notes of
 * whoever trained them, and the same network in another format.
 */
class KnownModelsIT {
    private static final Pattern SHAPE = Pattern.compile("'shape': *\\(([^)]*)\\)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path formats = Path.of(System.getProperty("edgeai.testdata", "../shared/data"), "formats");

    @BeforeEach
    void find() {
        Assumptions.assumeTrue(Files.isDirectory(formats), "skipped: no folder " + formats);
    }

    private ModelInspection inspect(String name) {
        return ModelInspector.inspect(formats.resolve(name));
    }

    /** One network, written by exporters that have nothing in common. */
    @ParameterizedTest
    @CsvSource({
        "openvino/samplenet/samplenet.onnx, openvino/samplenet/SampLeNet.xml",
        "openvino/samplenet/samplenet.onnx, openvino/samplenet/pytorch_model/samplenet.pth",
        "coreml/pose_cpm/model.mlmodel, coreml/pose_cpm/model.pb",
        "tensorflow/tf2onnx_regression/graphdef/frozen.pb, tensorflow/tf2onnx_regression/saved_model",
        "tensorflow/tf2onnx_regression/graphdef/frozen.pb, tensorflow/tf2onnx_regression/tflite/model.tflite",
        "huggingface/tiny_bert_base, huggingface/tiny_bert_base/model.safetensors",
        "xgboost/binary_bc/model.json, xgboost/binary_bc/model.ubj",
        "xgboost/binary_bc/model.json, xgboost/binary_bc/model.deprecated",
        "xgboost/dart_dia/model.json, xgboost/dart_dia/model.ubj",
        "xgboost/gblinear_dia/model.json, xgboost/gblinear_dia/model.ubj",
        "xgboost/softprob_iris/model.json, xgboost/softprob_iris/model.ubj",
        "xgboost/v3_reg/model.json, xgboost/v3_reg/model.ubj"
    })
    void oneModelHasOneCountInAllItsFormats(String one, String other) {
        assertThat(inspect(other).parameters()).as(other).isEqualTo(inspect(one).parameters());
    }

    /** Layer by layer as textbooks count: kernel area x channels in x channels out, and a bias each. */
    @Test
    void parametersAreWhatTheLayersSayTheyAre() {
        long convolutions = (9 * 3 * 32 + 32) + (9 * 32 * 64 + 64) + (9 * 64 * 64 + 64);
        long dense = (1024 * 128 + 128) + (128 * 64 + 64) + (64 * 10 + 10);
        assertThat(inspect("openvino/samplenet/samplenet_tf2").parameters()).isEqualTo(convolutions + dense);

        long leNet = (25 * 3 * 6 + 6) + (25 * 6 * 16 + 16) + (400 * 120 + 120) + (120 * 84 + 84) + (84 * 10 + 10);
        assertThat(inspect("openvino/samplenet/SampLeNet.xml").parameters()).isEqualTo(leNet);

        // SqueezeNet 1.1 for 101 dishes: the first convolution, eight fire modules, the last convolution.
        long squeezeNet = 9 * 3 * 64 + 64L;
        long[][] fires = {
            {64, 16, 64},
            {128, 16, 64},
            {128, 32, 128},
            {256, 32, 128},
            {256, 48, 192},
            {384, 48, 192},
            {384, 64, 256},
            {512, 64, 256}
        };
        for (long[] fire : fires) {
            squeezeNet +=
                    (fire[0] * fire[1] + fire[1]) + (fire[1] * fire[2] + fire[2]) + (9 * fire[1] * fire[2] + fire[2]);
        }
        squeezeNet += 512 * 101 + 101;
        assertThat(inspect("coreml/food_linear_8.mlmodel").parameters()).isEqualTo(squeezeNet);

        long lstm = 0; // two layers, both directions: input, recurrent, and two biases for four gates of 24
        for (long in : new long[] {16, 48}) {
            lstm += 2 * (4 * 24 * in + 4 * 24 * 24 + 2 * 4 * 24);
        }
        assertThat(inspect("pytorch/gen_lstm/model.pt").parameters())
                .as("embedding of 50 by 16, the LSTM, a head of 3")
                .isEqualTo(50 * 16 + lstm + (48 * 3 + 3));
    }

    @ParameterizedTest
    @CsvSource({
        "tensorflow/tf2onnx_fc-layers/frozen.pb, tensorflow/tf2onnx_fc-layers/frozen.pb.gold",
        "tensorflow/saved_model_half_plus_two_tf2_cpu/00000123,"
                + " tensorflow/saved_model_half_plus_two_tf2_cpu/00000123/gold_serving_default",
        "tensorflow/tfjava/saved_model, tensorflow/tfjava/saved_model/gold_serving_default",
        "openvino/samplenet/samplenet_tf2, openvino/samplenet/samplenet_tf2/gold_serving_default",
        "openvino/samplenet/samplenet.pb, openvino/samplenet/samplenet.pb.gold",
        "coreml/pose_cpm/model.pb, coreml/pose_cpm/model.pb.gold"
    })
    void tensorFlowInputsFitTheArraysMadeForThem(String model, String gold) throws IOException {
        List<TensorSpec> inputs = inspect(model).signature().inputs();
        assertThat(inputs).isNotEmpty();
        for (TensorSpec input : inputs) {
            fits(input, formats.resolve(gold).resolve("input_" + input.name() + ".npy"));
        }
        List<String> outputs = inspect(model).signature().outputs().stream()
                .map(spec -> "output_" + spec.name().replace('/', '_') + ".npy")
                .toList();
        assertThat(formats.resolve(gold).toFile().list()).contains(outputs.toArray(new String[0]));
    }

    /** Also the outputs, whose shapes TFLite states. */
    @Test
    void tfliteTensorsFitTheArraysMadeForThem() throws IOException {
        int models = 0;
        try (Stream<Path> walk = Files.walk(formats.resolve("tflite"))) {
            for (Path model :
                    walk.filter(file -> file.toString().endsWith(".tflite")).toList()) {
                Path arrays = Path.of(model + ".io");
                if (!Files.isDirectory(arrays)) {
                    continue;
                }
                ModelInspection inspection = ModelInspector.inspect(model);
                for (int i = 0; i < inspection.signature().inputs().size(); i++) {
                    fits(inspection.signature().inputs().get(i), arrays.resolve("input_" + i + ".npy"));
                }
                models++;
            }
        }
        assertThat(models).isGreaterThan(50);
    }

    private static void fits(TensorSpec spec, Path array) throws IOException {
        String head = new String(Files.readAllBytes(array), StandardCharsets.ISO_8859_1);
        Matcher shape = SHAPE.matcher(head.substring(0, Math.min(1024, head.length())));
        assertThat(shape.find()).as(array.toString()).isTrue();
        long[] wanted = Arrays.stream(shape.group(1).split(","))
                .filter(size -> !size.isBlank())
                .mapToLong(size -> Long.parseLong(size.strip()))
                .toArray();
        List<Long> stated = new ArrayList<>();
        for (int i = 0; i < spec.shape().size(); i++) {
            Dim dim = spec.shape().get(i);
            stated.add(dim.known() || i >= wanted.length ? dim.size() : wanted[i]);
        }
        assertThat(stated)
                .as("%s against %s", spec, array)
                .isEqualTo(Arrays.stream(wanted).boxed().toList());
    }

    /** Each case has the notes of the script that trained it. */
    @Test
    void picklesTellWhatTheirTrainersNoted() throws IOException {
        int features = 0;
        int classes = 0;
        List<Path> cases;
        try (Stream<Path> list = Files.list(formats.resolve("sklearn"))) {
            cases = list.filter(Files::isDirectory).sorted().toList();
        }
        for (Path folder : cases) {
            JsonNode meta = JSON.readTree(folder.resolve("meta.json").toFile());
            ModelInspection model =
                    ModelInspector.inspect(folder.resolve(meta.get("file").textValue()));
            if (model.variant().contains("not looked into")) {
                continue;
            }
            String name = folder.getFileName().toString();
            assertThat(model.producer())
                    .as(name)
                    .isEqualTo("scikit-learn " + meta.get("sklearn").textValue());
            assertThat(model.metadata().get("estimator"))
                    .as(name)
                    .endsWith("." + meta.get("estimator").textValue());
            assertThat(model.operators())
                    .as(name)
                    .containsKey(meta.get("estimator").textValue());
            JsonNode shape = meta.path("input").path("shape");
            if (model.metadata().containsKey("features") && shape.size() == 2) {
                assertThat(model.metadata().get("features"))
                        .as(name)
                        .isEqualTo(shape.get(1).asText());
                features++;
            }
            if (meta.path("classes").size() > 0) {
                List<String> labels = new ArrayList<>();
                meta.get("classes").forEach(label -> labels.add(label.asText()));
                assertThat(model.metadata().get("classes")).as(name).isEqualTo(String.join(",", labels));
                classes++;
            }
        }
        assertThat(features).as("cases with a number of features").isGreaterThan(60);
        assertThat(classes).as("cases with classes").isGreaterThan(30);
    }

    @Test
    void xgboostTellsWhatItsDocumentHolds() throws IOException {
        try (Stream<Path> walk = Files.walk(formats.resolve("xgboost"))) {
            for (Path path :
                    walk.filter(file -> file.toString().endsWith(".json")).toList()) {
                JsonNode learner = JSON.readTree(path.toFile()).get("learner");
                JsonNode booster = learner.get("gradient_booster");
                JsonNode model = booster.has("gbtree") ? booster.get("gbtree").get("model") : booster.get("model");
                long numbers = model.has("weights") ? model.get("weights").size() : 0;
                for (JsonNode tree : model.path("trees")) {
                    numbers += tree.get("split_conditions").size();
                }
                ModelInspection inspection = ModelInspector.inspect(path);
                assertThat(inspection.parameters()).as(path.toString()).isEqualTo(numbers);
                assertThat(inspection.metadata().get("objective"))
                        .isEqualTo(learner.get("objective").get("name").textValue());
                assertThat(inspection.metadata().get("booster"))
                        .isEqualTo(booster.get("name").textValue());
                Path table = path.resolveSibling("input.csv");
                if (Files.exists(table)) {
                    String row = Files.readAllLines(table).get(1);
                    assertThat(inspection
                                    .signature()
                                    .inputs()
                                    .get(0)
                                    .shape()
                                    .get(1)
                                    .size())
                            .as("columns of " + table)
                            .isEqualTo(row.split(",", -1).length);
                }
            }
        }
    }

    @Test
    void torchTellsNamesTypesAndShapes() {
        ModelInspection deepLog = inspect("pytorch/deeplog_state_dict.pt");
        assertThat(deepLog.metadata().get("weights"))
                .startsWith("lstm.weight_ih_l0 FLOAT[256,1], lstm.weight_hh_l0 FLOAT[256,64]")
                .endsWith("fc.weight FLOAT[28,64], fc.bias FLOAT[28]");
        ModelInspection pair = inspect("pytorch/foo2.pt");
        assertThat(pair.metadata())
                .containsEntry("inputs", "x: Tensor, y: Tensor")
                .containsEntry("outputs", "Tuple[Tensor, Tensor]");
        ModelInspection script = inspect("pytorch/gen_mlp_script/model.pt");
        assertThat(script.parameters())
                .as("two dense layers and a normalization, without its counter")
                .isEqualTo((10 * 32 + 32) + 4 * 32 + (32 * 4 + 4));
        assertThat(script.metadata().get("weights")).contains("l.2.num_batches_tracked INT64[]");
    }

    @Test
    void coreMlSaysWhatASignatureCannotHold() {
        ModelInspection sentiment = inspect("coreml/SentimentPolarity.mlmodel");
        assertThat(sentiment.metadata())
                .containsEntry("input input", "dictionary of text to double")
                .containsEntry("vocabulary", "16043 words")
                .containsEntry("classes", "Neg,Pos");
        assertThat(sentiment.parameters()).as("a weight a word, and an offset").isEqualTo(16043 + 1);
        ModelInspection habitat = inspect("coreml/MarsHabitatPricer.mlmodel");
        assertThat(habitat.parameters()).as("three inputs and an offset").isEqualTo(4);
    }

    @Test
    void anEngineTellsItsVersionAndItsGpu() {
        ModelInspection engine = inspect("tensorrt/guorbit_model.engine");
        assertThat(engine.producer()).isEqualTo("TensorRT 8.2.1.8");
        assertThat(engine.metadata()).containsEntry("built for", "a GPU of compute capability 5.3");
        assertThat(engine.warnings()).anyMatch(warning -> warning.contains("ONNX file it was built from"));
    }
}
