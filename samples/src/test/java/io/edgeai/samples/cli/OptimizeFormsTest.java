package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import io.edgeai.samples.convnet.SmallConvNet;
import io.edgeai.samples.data.NpyFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of {@code optimize} that say in which form; judged by the file that is written. */
class OptimizeFormsTest {
    private static final int IN = 128;
    private static final int OUT = 256;

    @TempDir
    Path dir;

    private Path out() {
        return dir.resolve("out.onnx");
    }

    private Path product(Dim batch) {
        OnnxGraph graph = OnnxGraph.create("product", 17);
        graph.inputs().add(new OnnxValue("x", new OnnxType.OfTensor(ElementType.FLOAT, List.of(batch, Dim.of(IN)))));
        graph.outputs().add(new OnnxValue("y", new OnnxType.OfTensor(ElementType.FLOAT, List.of(batch, Dim.of(OUT)))));
        float[] weights = new float[IN * OUT];
        Random random = new Random(2);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        graph.initializers().put("w", OnnxTensor.ofFloats(weights, IN, OUT));
        graph.add("MatMul", "product", List.of("x", "w"), List.of("y"));
        return Graphs.write(graph, dir.resolve("product.onnx"));
    }

    private static float[] values(int count) {
        Random random = new Random(7);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private Path samples(int count, long... shape) {
        long[] whole = new long[shape.length + 1];
        whole[0] = count;
        int size = count;
        for (int i = 0; i < shape.length; i++) {
            whole[i + 1] = shape[i];
            size *= (int) shape[i];
        }
        Path file = dir.resolve("samples.npy");
        NpyFile.write(Tensor.of(values(size), whole), file);
        return file;
    }

    /** Half a byte a weight and four bytes a scale. */
    @ParameterizedTest
    @CsvSource({"16, round", "128, hqq", "64, gptq"})
    void blocksOfTheSizeAskedFor(int size, String method) throws Exception {
        Console console = Console.run(
                "optimize",
                product(Dim.symbolic("N")),
                "-o",
                out(),
                "--int4",
                "--block-size",
                size,
                "--block-method",
                method,
                "--calibration",
                samples(16, IN));
        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out()).contains("INT4 blocks of " + size);
        long stored = IN * OUT / 2 + IN * OUT / size * 4L;
        assertThat(Files.size(out())).isBetween(stored, stored + 1200);
    }

    @Test
    void bfloat16IsHalfTheSize() throws Exception {
        Path model = product(Dim.symbolic("N"));
        assertThat(Console.run("optimize", model, "-o", out(), "--bf16").code()).isZero();
        assertThat((double) Files.size(out()) / Files.size(model)).isBetween(0.49, 0.52);
        assertThat(OnnxReader.read(out()).initializers().values())
                .anyMatch(tensor -> tensor.type() == ElementType.BFLOAT16);
    }

    @Test
    void whatHoldsMoreThanIsAllowedIsNotWritten() {
        Path model = product(Dim.symbolic("N"));
        Console little = Console.run("optimize", model, "-o", out(), "--fp16", "--max-memory", "5M");
        assertThat(little.code()).isEqualTo(1);
        assertThat(little.out()).contains("a process of its own holds", "more than 5.0 MB");
        assertThat(out()).doesNotExist();
        Console enough = Console.run("optimize", model, "-o", out(), "--fp16", "--max-memory", "4G");
        assertThat(enough.code()).as(enough.err()).isZero();
        assertThat(enough.out()).contains("A process of its own held at most");
    }

    @Test
    void aBatchThatIsOpenedTakesThreeSamples() {
        Path model = product(Dim.of(1));
        Console console = Console.run("optimize", model, "-o", out(), "--free-batch", "--calibration", samples(8, IN));
        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out()).contains("The batch is open", "batch opened");
        try (InferenceSession session =
                Engines.discover().forFormat(ModelFormat.ONNX).open(out(), SessionOptions.defaults())) {
            Tensor three = Tensor.of(values(3 * IN), 3, IN);
            assertThat(session.run(Map.of("x", three)).get("y").shape()).containsExactly(3, OUT);
        }
    }

    @ParameterizedTest
    @CsvSource({"--per-tensor, clips stay", "--per-tensor=relu, clips become relu"})
    void oneScaleAWeight(String option, String words) {
        Path model = Graphs.write(new SmallConvNet(20, 10, 1).toOnnx(), dir.resolve("conv.onnx"));
        JsonNode answer = Answers.json(
                Console.run(
                        "optimize",
                        model,
                        "-o",
                        out(),
                        "--int8",
                        "static",
                        option,
                        "--calibration",
                        samples(16, 1, 20, 20),
                        "--json"),
                0);
        assertThat(answer.get("recipe").textValue()).contains("one scale a weight, " + words);
        assertThat(OnnxReader.read(out()).initializers().values())
                .filteredOn(tensor -> tensor.type() == ElementType.INT8)
                .isNotEmpty();
        assertThat(answer.get("outcome").textValue()).contains("ranges and roundings fitted");
    }
}
