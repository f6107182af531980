package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtherCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path dir;

    private static Path testdata(String... path) {
        Path file = Path.of(System.getProperty("edgeai.testdata", "../shared/data"), path);
        Assumptions.assumeTrue(Files.exists(file), "skipped: no " + String.join("/", path) + " in edgeai.testdata");
        return file;
    }

    @Test
    void convertWritesAModelThatRunsAlike() throws IOException {
        Path folder = testdata("formats", "xgboost", "softprob_iris");
        Path converted = dir.resolve("c.onnx");

        Console console = Console.run("convert", folder.resolve("model.json"), "-o", converted, "--json");
        assertThat(console.code()).as(console.err()).isZero();
        JsonNode answer = JSON.readTree(console.out());
        Console direct = Console.run("run", folder.resolve("model.json"), "-i", folder.resolve("input.csv"), "--json");
        Console through =
                Console.run("run", converted, "-i", folder.resolve("input.csv"), "--method", "predict", "--json");

        assertThat(answer.get("format").textValue()).isEqualTo("XGBoost");
        assertThat(answer.get("bytes").longValue()).isEqualTo(Files.size(converted));
        assertThat(answer.get("nodes").intValue())
                .isEqualTo(OnnxReader.read(converted).nodes().size());
        JsonNode engine = JSON.readTree(direct.out()).get("prediction");
        JsonNode onnx = JSON.readTree(through.out()).get("prediction");
        assertThat(onnx).hasSize(engine.size()).isNotEmpty();
        for (int row = 0; row < engine.size(); row++) {
            for (int c = 0; c < 3; c++) {
                assertThat(onnx.get(row).get(c).doubleValue())
                        .as("row %d, class %d", row, c)
                        .isCloseTo(engine.get(row).get(c).doubleValue(), within(1e-6));
            }
        }
        assertThat(Console.run("convert", folder.resolve("model.json"), "-o", converted)
                        .out())
                .contains("XGBoost (XGBoost 1.7.4) -> ");
    }

    @ParameterizedTest
    @CsvSource({
        "formats/coreml/MNIST.mlmodel,Core ML",
        "formats/huggingface/mnist_tinygrad/model.safetensors,Hugging Face",
    })
    void convertRefusesByNameWhatHasNoComputation(String path, String name) {
        Console console = Console.run("convert", testdata(path.split("/")), "-o", dir.resolve("x.onnx"));

        assertThat(console.code()).isEqualTo(2);
        assertThat(console.err()).contains("(" + name + ")").contains("Maybe");
    }

    @ParameterizedTest
    @CsvSource({
        "formats/tflite/hello_world_float.tflite,FULLY_CONNECTED x 3",
        "formats/openvino/ovms/dummy.xml,Add x 1",
        "formats/huggingface/tiny_bert_seqcls,BertForSequenceClassification (bert)",
    })
    void convertWritesOtherFormatsAsOnnx(String path, String note) {
        Path model = testdata(path.split("/"));
        Path converted = dir.resolve("converted.onnx");

        Console console = Console.run("convert", model, "-o", converted);

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(OnnxReader.read(converted).nodes()).isNotEmpty();
        assertThat(Console.run("inspect", model).out()).contains(note);
    }

    @Test
    void benchMeasuresOneModel() {
        Path model = Graphs.write(Graphs.perceptron(), dir.resolve("p.onnx"));

        Console console = Console.run("bench", model, "--seconds", "0.2", "--rounds", "4", "--batch", "3");

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out()).contains("p50", "p90", "p99", "samples/s", "batch 3", "data: random", "processors");
        assertThat(console.out()).doesNotContain("second over the first");
    }

    @Test
    void benchComparesTwoInTurns() throws IOException {
        Path model = Graphs.write(Graphs.perceptron(), dir.resolve("p.onnx"));
        Path other = Graphs.write(Graphs.perceptron(), dir.resolve("q.onnx"));

        Console console = Console.run(
                "bench", model, "--vs", other, "--seconds", "0.4", "--rounds", "6", "--callers", "2", "--json");

        assertThat(console.code()).as(console.err()).isZero();
        JsonNode answer = JSON.readTree(console.out());
        assertThat(answer.get("models")).hasSize(2);
        JsonNode latency = answer.get("models").get(0).get("latency");
        assertThat(latency.get("calls").longValue()).isPositive();
        assertThat(latency.get("p50Micros").doubleValue())
                .isPositive()
                .isLessThanOrEqualTo(latency.get("p99Micros").doubleValue());
        JsonNode ratio = answer.get("ratio");
        assertThat(ratio.get("rounds").intValue()).isEqualTo(6);
        assertThat(ratio.get("ratio").doubleValue())
                .isBetween(ratio.get("low").doubleValue(), ratio.get("high").doubleValue());
        assertThat(answer.get("hardware").get("processors").intValue()).isPositive();
    }

    @Test
    void benchTakesRealData() throws IOException {
        Path model = Graphs.write(Graphs.affine(), dir.resolve("a.onnx"));
        Path input = Files.writeString(dir.resolve("in.csv"), "1,2,3\n4,5,6\n");

        Console console = Console.run("bench", model, "-i", input, "--batch", "2", "--seconds", "0.1", "--rounds", "2");

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out()).contains("data: " + input);
    }

    @ParameterizedTest
    @CsvSource({"--seconds,0", "--seconds,-1", "--batch,0", "--rounds,1", "--callers,0", "--threads,0"})
    void benchRefusesSenselessFigures(String option, String value) {
        Path model = Graphs.write(Graphs.affine(), dir.resolve("a.onnx"));

        Console console = Console.run("bench", model, option, value);

        assertThat(console.code()).isEqualTo(2);
        assertThat(console.err()).contains("(" + value);
    }

    @Test
    void doctorKnowsTheEngineAndAllFormats() throws IOException {
        Console page = Console.run("doctor");
        JsonNode answer = JSON.readTree(Console.run("doctor", "--json").out());

        assertThat(page.code()).isZero();
        assertThat(page.out()).contains("onnxruntime", "all well", "memory", "jvm");
        assertThat(answer.get("ok").booleanValue()).isTrue();
        assertThat(answer.get("engines").get(0).get("usable").booleanValue()).isTrue();
        assertThat(answer.get("providers")).hasSize(7);
        for (JsonNode provider : answer.get("providers")) {
            if (!provider.get("usable").booleanValue()) {
                assertThat(provider.get("detail").textValue())
                        .contains("(" + provider.get("name").textValue() + ")", "Maybe");
            }
        }
        assertThat(page.out()).contains("tokenizers", "huggingface");
        assertThat(answer.get("tokenizers").get(0).get("name").textValue()).isEqualTo("huggingface");
        assertThat(answer.get("tokenizers").get(0).get("detail").textValue()).containsAnyOf("tokenizers 0.", "Maybe");
        assertThat(answer.get("formats")).hasSize(ModelFormat.values().length);
        for (JsonNode format : answer.get("formats")) {
            String here = format.get("here").textValue();
            assertThat(here).isIn("run", "convert", "no");
            if (here.equals("no")) {
                assertThat(format.get("how").textValue()).contains("Maybe");
            }
        }
    }

    @Test
    void doctorNamesTheDependencyOfEachEngineThatIsNotHereWithoutCallingItAFault() throws IOException {
        JsonNode answer = JSON.readTree(Console.run("doctor", "--json").out());
        Map<String, String> dependencies = Map.of(
                "xgboost", "ml.dmlc:xgboost4j_2.12:3.0.4",
                "pytorch", "ai.djl.pytorch:pytorch-native-cpu:2.7.1:",
                "tensorflow", "org.tensorflow:tensorflow-core-native:1.0.0:");
        List<String> found = new ArrayList<>();
        for (JsonNode engine : answer.get("engines")) {
            String dependency = dependencies.get(engine.get("name").textValue());
            if (dependency != null && !engine.get("usable").booleanValue()) {
                assertThat(engine.get("detail").textValue()).contains("not here", dependency);
            }
            found.add(engine.get("name").textValue());
        }
        assertThat(found).containsAll(dependencies.keySet());
        assertThat(answer.get("findings")).isEmpty();
        for (JsonNode format : answer.get("formats")) {
            if (format.get("format").textValue().equals("PyTorch")
                    && !format.get("here").textValue().equals("run")) {
                assertThat(format.get("how").textValue()).contains("ONNX", "ai.djl.pytorch:pytorch-engine:0.35.1");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 B",
        "1023,1023 B",
        "1024,'1.00 KiB (1,024 bytes)'",
        "3561984,'3.40 MiB (3,561,984 bytes)'",
        "1099511627776,'1.00 TiB (1,099,511,627,776 bytes)'"
    })
    void bytesReadWell(long bytes, String expected) {
        assertThat(Figures.bytes(bytes)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"999,999", "1000,'1.00 k (1,000)'", "269083,'269.1 k (269,083)'", "2500000000,'2.50 G (2,500,000,000)'"
    })
    void countsReadWell(long count, String expected) {
        assertThat(Figures.count(count)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0.5,0.500 µs", "12.34,12.3 µs", "999,999 µs", "4560,4.56 ms", "2500000,2.50 s"})
    void durationsReadWell(double micros, String expected) {
        assertThat(Figures.micros(micros)).isEqualTo(expected);
    }
}
