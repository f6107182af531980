package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.format.ModelInspector;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.quantize.SaturationProbe;
import io.edgeai.samples.Console;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.data.NpyFile;
import io.edgeai.samples.inference.InputBinding;
import io.edgeai.samples.inference.InputData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Models of other formats through {@code optimize}, compared with what their own frameworks answered: XGBoost,
 * scikit-learn, PyTorch, TFLite, a PyTorch evaluator of OpenVINO's IR, OpenCV.
 */
class OptimizeImportedTest {
    private static final String BERT =
            "input_ids=*/input_ids.npy attention_mask=*/attention_mask.npy" + " token_type_ids=*/token_type_ids.npy";

    @TempDir
    Path dir;

    private Path out() {
        return dir.resolve("out.onnx");
    }

    /** Bounds are of the greatest difference, by the greatest magnitude or 1; of 99.5 % of quantized outputs, in quanta. */
    @ParameterizedTest(name = "{0} {2}")
    @CsvSource({
        "xgboost/binary_missing_bc/model.ubj, */input.csv, --simplify, margin=*/margin.csv prediction=*/predict.csv, 1e-6",
        "xgboost/dart_dia/model.json, */input.csv, --simplify, prediction=*/predict.csv, 1e-6",
        "xgboost/softprob_iris/model.ubj, */input.csv, --auto, margin=*/margin.csv prediction=*/predict.csv, 1e-6",
        "xgboost/v3_binary/model.json, */input.csv, --auto, margin=*/margin.csv, 1e-6",
        "xgboost/gblinear_dia/model.json, */input.csv, --auto, prediction=*/predict.csv, 1e-6",
        "sklearn/rf_strlabels_iris/model.joblib, */input.csv, --simplify,"
                + " predict=*/predict.csv predict_proba=*/predict_proba.csv, 1e-9",
        "sklearn/gpr_dia/model.pkl, */input.csv, --fp16, predict=*/predict.csv, 1e-5",
        "sklearn/mlp_bc/model.joblib.gz, */input.csv, --fp16, predict=*/predict.csv predict_proba=*/predict_proba.csv,"
                + " 1e-5",
        "sklearn/svc_bc/model.joblib, */input.csv, --auto, predict=*/predict.csv predict_proba=*/predict_proba.csv, 1e-5",
        "sklearn/nan_histgb_iris/model.pkl, */input.csv, --simplify,"
                + " predict=*/predict.csv predict_proba=*/predict_proba.csv, 1e-9",
        "sklearn/tfidf_logreg_text/model.pkl, */input.json, --auto, predict=*/predict.csv, 1e-9",
        "huggingface/tiny_bert_seqcls, " + BERT + ", --simplify, logits=*/expected_logits.npy, 1e-5",
        "huggingface/tiny_bert_seqcls, " + BERT + ", --fp16, logits=*/expected_logits.npy, 1e-2",
        "huggingface/tiny_distilbert_seqcls, " + BERT + ", --int8 dynamic, logits=*/expected_logits.npy, 1e-1",
        "tflite/hello_world_float.tflite, *.io/input_0.npy, --fp16, StatefulPartitionedCall:0=*.io/output_0.npy, 1e-3",
        "tflite/ops/conv.float32.tflite, *.io/input_0.npy, --int8 static, output=*.io/output_0.npy, 2e-2",
        "tflite/trained_lstm.tflite, *.io/input_0.npy, --int8 dynamic, StatefulPartitionedCall:0=*.io/output_0.npy, 2e-2",
        "tflite/mobilenet_v2_1.0_224_quant.tflite, *.io/input_0.npy, --auto,"
                + " MobilenetV2/Predictions/Softmax=*.io/output_0.npy, 1",
        "openvino/samplenet/SampLeNet.xml, */gold_ir/input_0.npy, --simplify, fc3=*/gold_ir/output_0.npy, 1e-5",
        "openvino/samplenet/SampLeNet.xml, */gold_ir/input_0.npy, --int8 static, fc3=*/gold_ir/output_0.npy, 5e-2",
        "openvino/ovms/increment_1x3x4x5.xml, */increment_1x3x4x5.gold/input_0.npy, --auto,"
                + " output=*/increment_1x3x4x5.gold/output_0.npy, 1e-5",
        "openvino/samplenet/samplenet.onnx, */gold_onnx/input_0.npy, --fp16, =*/gold_onnx/output_0.npy, 1e-2",
    })
    void answersStayThoseOfTheFrameworkItCameFrom(
            String name, String inputs, String options, String expected, double bound) throws IOException {
        assumeFalse(
                options.equals("--int8 dynamic")
                        && SaturationProbe.saturates(Engines.discover().forFormat(ModelFormat.ONNX)),
                "Sums of products of bytes saturate on this processor (no VNNI).");
        Path model = Answers.testdata("formats").resolve(name);
        Answers.testdata("formats/" + name);
        List<String> feeds = files(model, inputs);
        List<Object> command = new ArrayList<>(List.of("optimize", model, "-o", out(), "--json", "--calibration"));
        command.addAll(feeds);
        command.addAll(List.of(options.split(" ")));

        Console console = Console.run(command.toArray());

        JsonNode answer = Answers.json(console, 0);
        assertThat(answer.path("output").asText()).isEqualTo(out().toString());
        if (!options.equals("--auto")) {
            assertThat(answer.path("kept").asBoolean()).as(console.out()).isTrue();
            assertThat(answer.at("/sizeBytes/change").asDouble()).isNegative();
        }
        Map<String, Tensor> outputs = run(feeds);
        for (String pair : files(model, expected)) {
            String output = pair.substring(0, pair.indexOf('='));
            Tensor found = output.isEmpty() ? outputs.values().iterator().next() : outputs.get(output);
            compare(
                    Objects.requireNonNull(found, output + " of " + outputs.keySet()),
                    Path.of(pair.substring(pair.indexOf('=') + 1)),
                    bound);
        }
    }

    /** {@code *} stands for the model's folder, or before a dot for the model itself. */
    private static List<String> files(Path model, String patterns) {
        String folder = (Files.isDirectory(model) ? model : model.getParent()).toString();
        return Arrays.stream(patterns.split(" "))
                .map(text -> text.replace("*/", folder + "/").replace("*.", model + "."))
                .toList();
    }

    private Map<String, Tensor> run(List<String> feeds) {
        Map<String, Tensor> inputs = InputBinding.of(
                        ModelInspector.signature(OnnxReader.read(out())), feeds, InputData.Reading.DEFAULT)
                .firstRun(Integer.MAX_VALUE);
        try (InferenceSession session =
                Engines.discover().forFormat(ModelFormat.ONNX).open(out(), SessionOptions.defaults())) {
            return session.run(inputs);
        }
    }

    private static void compare(Tensor found, Path expected, double bound) throws IOException {
        List<String> cells = expected.toString().endsWith(".npy")
                ? texts(NpyFile.read(expected, DataLimits.DEFAULT))
                : Arrays.stream(Files.readString(expected).strip().split("[,\n]"))
                        .toList();
        List<String> answers = texts(found);
        assertThat(answers).as("%s", expected).hasSameSizeAs(cells);
        boolean real = found.type() == ElementType.FLOAT || found.type() == ElementType.DOUBLE;
        boolean quantized = found.type() == ElementType.UINT8;
        if (!real && !quantized) {
            assertThat(answers).as("%s", expected).isEqualTo(cells);
            return;
        }
        double[] wanted = cells.stream().mapToDouble(Double::parseDouble).toArray();
        double scale = quantized
                ? 1
                : Math.max(1, Arrays.stream(wanted).map(Math::abs).max().orElse(0));
        long beyond = IntStream.range(0, wanted.length)
                .filter(i -> !(Math.abs(Double.parseDouble(answers.get(i)) - wanted[i]) / scale <= bound))
                .count();
        assertThat(beyond)
                .as("%s: values further apart than %s", expected, bound)
                .isLessThanOrEqualTo(quantized ? wanted.length / 200 : 0);
    }

    private static List<String> texts(Tensor tensor) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < tensor.elements(); i++) {
            texts.add(
                    switch (tensor.type()) {
                        case STRING -> tensor.strings()[i];
                        case FLOAT -> Float.toString(tensor.buffer().getFloat(4 * i));
                        case DOUBLE -> Double.toString(tensor.buffer().getDouble(8 * i));
                        case INT64 -> Long.toString(tensor.longs()[i]);
                        case UINT8 -> Integer.toString(tensor.bytes()[i] & 0xff);
                        default -> throw new AssertionError(tensor);
                    });
        }
        return texts;
    }

    /** Columns of text and numbers, each an input of its own; no samples, so that texts come from the model. */
    @Test
    void tablesWithTextsNeedNoSamples() {
        Path model = Answers.testdata("formats/sklearn/ct_gb_titanic/model.pkl");

        JsonNode answer = Answers.json(Console.run("optimize", model, "-o", out(), "--simplify", "--json"), 0);

        assertThat(answer.path("kept").asBoolean()).isTrue();
        assertThat(answer.path("fidelity").path("outputs").findValuesAsText("output"))
                .contains("predict", "predict_proba");
    }

    /** One tree: 1 where x is below one half, else 2. */
    private Path stump() throws IOException {
        String tree =
                """
                {"base_weights":[0,1,2],"categories":[],"categories_nodes":[],"categories_segments":[],
                 "categories_sizes":[],"default_left":[1,0,0],"id":0,"left_children":[1,-1,-1],"loss_changes":[0,0,0],
                 "parents":[2147483647,0,0],"right_children":[2,-1,-1],"split_conditions":[0.5,1,2],
                 "split_indices":[0,0,0],"split_type":[0,0,0],"sum_hessian":[1,1,1],
                 "tree_param":{"num_deleted":"0","num_feature":"1","num_nodes":"3","size_leaf_vector":"1"}}""";
        return Files.writeString(
                dir.resolve("stump.json"),
                "{\"version\":[2,1,0],\"learner\":{\"attributes\":{},\"feature_names\":[],\"feature_types\":[],"
                        + "\"objective\":{\"name\":\"reg:squarederror\",\"reg_loss_param\":{}},"
                        + "\"learner_model_param\":{\"num_target\":\"1\",\"num_feature\":\"1\",\"num_class\":\"0\","
                        + "\"base_score\":\"0\"},\"gradient_booster\":{\"name\":\"gbtree\",\"model\":{"
                        + "\"gbtree_model_param\":{\"num_parallel_tree\":\"1\",\"num_trees\":\"1\"},"
                        + "\"tree_info\":[0],\"trees\":[" + tree + "]}}}}");
    }

    @Test
    void whereNothingIsBetterTheConversionIsTheResult() throws IOException {
        Console console = Console.run("optimize", OpenVinoIncrement.write(dir, "Add"), "-o", out());

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out()).contains("The original is returned", "-> " + out() + ": the conversion as it is");
        try (InferenceSession session =
                Engines.discover().forFormat(ModelFormat.ONNX).open(out(), SessionOptions.defaults())) {
            assertThat(session.predict(new float[] {1, 2, -3}, 0)).containsExactly(2, 3, -2);
        }
    }

    @Test
    void aWayThatDoesNotFitIsAFindingAndWritesNothing() throws IOException {
        Console console = Console.run("optimize", stump(), "-o", out(), "--int8", "dynamic");

        assertThat(console.code()).isEqualTo(1);
        assertThat(console.out()).contains("nothing in the model can be quantized this way");
        assertThat(out()).doesNotExist();
    }

    @Test
    void simplifyingIsAWayOfItsOwn() throws IOException {
        Answers.refused(
                Console.run("optimize", stump(), "-o", out(), "--auto", "--simplify"),
                "--auto tries all ways, so --simplify excludes it");
        Answers.refused(
                Console.run("optimize", stump(), "-o", out(), "--fp16", "--simplify"),
                "--fp16 and --simplify exclude each other");
    }

    @Test
    void missingValuesAmongSamplesAreTakenWhereTheModelTakesThem() throws IOException {
        Path holes = Files.writeString(dir.resolve("holes.csv"), "x\n0.25\nnan\n0.75\n");

        assertThat(Console.run("optimize", stump(), "-o", out(), "--calibration", holes)
                        .code())
                .isZero();
    }
}
