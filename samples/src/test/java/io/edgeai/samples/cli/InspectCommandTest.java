package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectCommandTest {
    @TempDir
    Path dir;

    private static Map<String, Boolean> abilities(JsonNode answer) {
        Map<String, Boolean> abilities = new HashMap<>();
        answer.get("abilities").forEach(ability -> {
            assertThat(ability.get("reason").textValue()).isNotBlank();
            abilities.put(
                    ability.get("what").textValue(), ability.get("possible").booleanValue());
        });
        return abilities;
    }

    @Test
    void countsWhatCanBeCountedByHand() throws IOException {
        Path model = Graphs.write(Graphs.perceptron(), dir.resolve("p.onnx"));

        JsonNode answer = Answers.json(Console.run("inspect", model, "--json"), 0);

        assertThat(answer.get("format").textValue()).isEqualTo("ONNX");
        assertThat(answer.get("version").textValue()).isEqualTo("IR 8, opset ai.onnx 17");
        assertThat(answer.get("inputs").get(0).textValue()).isEqualTo("x: FLOAT[N,64]");
        assertThat(answer.get("outputs").get(0).textValue()).isEqualTo("y: FLOAT[N,4]");
        assertThat(answer.get("parameters").longValue()).isEqualTo(64 * 32 + 32 + 32 * 4);
        assertThat(answer.get("weightBytes").longValue()).isEqualTo(4 * (64 * 32 + 32 + 32 * 4));
        JsonNode cost = answer.get("cost");
        assertThat(cost.get("macs").longValue()).isEqualTo(64 * 32 + 32 * 4);
        // Two for each MAC, one bias addition for each of 32 units, one comparison for each of them.
        assertThat(cost.get("flops").longValue()).isEqualTo(2 * (64 * 32 + 32 * 4) + 32 + 32);
        // The input of 64 floats is alive while the 32 of the hidden layer are made.
        assertThat(cost.get("peakActivationBytes").longValue()).isEqualTo(4 * (64 + 32));
        assertThat(cost.get("guessedValues").intValue()).isZero();
        assertThat(answer.get("operators")).isEqualTo(Answers.parse("{\"Gemm\": 2, \"Relu\": 1}"));
        assertThat(abilities(answer)).isEqualTo(Map.of("run", true, "optimize", true, "convert", true));
        assertThat(answer.get("sizeBytes").longValue()).isEqualTo(Files.size(model));
    }

    @Test
    void aConvolutionCostsItsOutputTimesItsKernel() {
        OnnxGraph graph = OnnxGraph.create("conv", 17);
        graph.inputs().add(Graphs.value("x", ElementType.FLOAT, Dim.symbolic("N"), Dim.of(3), Dim.of(8), Dim.of(8)));
        graph.outputs().add(Graphs.value("y", ElementType.FLOAT, Dim.symbolic("N"), Dim.of(5), Dim.of(6), Dim.of(6)));
        graph.initializers().put("w", OnnxTensor.ofFloats(new float[5 * 3 * 3 * 3], 5, 3, 3, 3));
        graph.add("Conv", "c", java.util.List.of("x", "w"), java.util.List.of("y"));
        Path model = Graphs.write(graph, dir.resolve("c.onnx"));

        JsonNode cost = Answers.json(Console.run("inspect", model, "--json"), 0).get("cost");

        assertThat(cost.get("macs").longValue()).isEqualTo(5 * 6 * 6 * 3 * 3 * 3);
        assertThat(cost.get("peakActivationBytes").longValue()).isEqualTo(4 * (3 * 8 * 8 + 5 * 6 * 6));
    }

    @Test
    void readsLikeAPage() {
        Path model = Graphs.write(Graphs.perceptron(), dir.resolve("p.onnx"));

        Console console = Console.run("inspect", model);

        assertThat(console.code()).isZero();
        assertThat(console.out())
                .contains("format      ONNX (IR 8, opset ai.onnx 17)")
                .contains("inputs      x: FLOAT[N,64]")
                .contains("parameters  2.21 k (2,208)")
                .contains("MACs        2.18 k (2,176) a run, open dimensions taken as 1")
                .contains("activations 384 B at the peak")
                .contains("operators   Gemm 2, Relu 1")
                .contains("here        run: yes, with onnxruntime")
                .contains("optimize: yes");
    }

    @Test
    void anImportableFormatIsReadWhole() {
        Path model = Answers.testdata("formats/xgboost/softprob_iris/model.json");

        JsonNode answer = Answers.json(Console.run("inspect", model, "--json"), 0);

        assertThat(answer.get("format").textValue()).isEqualTo("XGBoost");
        assertThat(answer.get("inputs").get(0).textValue()).isEqualTo("input: FLOAT[N,4]");
        assertThat(answer.get("operators")).isEqualTo(Answers.parse("{\"tree\": 36}"));
        assertThat(answer.get("convertedOperators").get("TreeEnsembleRegressor").intValue())
                .isEqualTo(1);
        assertThat(Console.run("inspect", model).out())
                .contains("operators   tree 36")
                .contains("as ONNX     ");
        assertThat(answer.get("notes").toString()).contains("objective multi:softprob");
        assertThat(answer.get("metadata").get("num_class").textValue()).isEqualTo("3");
        assertThat(abilities(answer)).isEqualTo(Map.of("run", true, "optimize", true, "convert", true));
        // A threshold or a leaf's value a node: as many as the document's arrays of them have elements.
        assertThat(answer.get("parameters").longValue()).isPositive().isEqualTo(splitConditions(model));
    }

    private static long splitConditions(Path model) {
        try {
            long sum = 0;
            for (JsonNode tree : Answers.parse(Files.readString(model)).findValue("trees")) {
                sum += tree.get("split_conditions").size();
            }
            return sum;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "formats/coreml/MNIST.mlmodel,Core ML",
        "formats/huggingface/mnist_tinygrad/model.safetensors,Hugging Face",
    })
    void otherFormatsTellWhatTheirHeadersKnow(String path, String format) {
        Path model = Answers.testdata(path);

        Console page = Console.run("inspect", model);
        JsonNode answer = Answers.json(Console.run("inspect", model, "--json"), 0);

        assertThat(page.code()).isZero();
        assertThat(page.out())
                .contains("format      " + format)
                .contains("cost        not known")
                .contains("run: no");
        assertThat(answer.get("format").textValue()).isEqualTo(format);
        assertThat(answer.get("cost").isNull()).isTrue();
        assertThat(abilities(answer)).isEqualTo(Map.of("run", false, "optimize", false, "convert", false));
    }

    /** What no signature can hold is told all the same. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "formats/coreml/SentimentPolarity.mlmodel | input: dictionary of text to double"
                        + " | classLabel: STRING[],classProbability: dictionary of text to double",
                "formats/coreml/MNIST.mlmodel | image: UINT8[1,28,28]"
                        + " | classLabel: INT64[],prediction: dictionary of integer to double",
                "formats/pytorch/foo2.pt | x: Tensor, y: Tensor | Tuple[Tensor, Tensor]",
            })
    void valuesThatAreNoTensorsAreListedByKind(String path, String inputs, String outputs) {
        JsonNode answer = Answers.json(Console.run("inspect", Answers.testdata(path), "--json"), 0);

        assertThat(answer.get("inputs")).extracting(JsonNode::textValue).containsExactly(inputs);
        assertThat(answer.get("outputs"))
                .extracting(JsonNode::textValue)
                .containsExactly(outputs.split(",(?=class|pred)"));
    }

    @Test
    void safetensorsAreCountedExactly() throws IOException {
        String header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,24]}}";
        java.nio.ByteBuffer file = java.nio.ByteBuffer.allocate(8 + header.length() + 24)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length())
                .put(header.getBytes(StandardCharsets.US_ASCII));
        Path model = Files.write(dir.resolve("m.safetensors"), file.array());

        JsonNode answer = Answers.json(Console.run("inspect", model, "--json"), 0);

        assertThat(answer.get("parameters").longValue()).isEqualTo(6);
        assertThat(answer.get("weightBytes").longValue()).isEqualTo(24);
        assertThat(Console.run("inspect", model).out()).contains("parameters  6 in 24 B");
    }

    @Test
    void anEngineOfTensorRtIsKnownButCanDoNothingHere() throws IOException {
        Path model =
                Files.write(dir.resolve("m.plan"), "ftrt\u0001\0\0\0........".getBytes(StandardCharsets.ISO_8859_1));

        Console console = Console.run("inspect", model);

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out()).contains("TensorRT (serialized engine").contains("convert: no, ");
    }
}
