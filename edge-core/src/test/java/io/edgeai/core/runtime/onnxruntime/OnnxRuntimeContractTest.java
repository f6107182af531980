package io.edgeai.core.runtime.onnxruntime;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.EngineCase;
import io.edgeai.core.runtime.EngineContract;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

public class OnnxRuntimeContractTest implements EngineContract {
    @Override
    public InferenceRuntime engine() {
        return new OnnxRuntimeEngine();
    }

    @Override
    public EngineCase plain(Path folder) throws IOException {
        return new EngineCase(
                Files.write(folder.resolve("affine.onnx"), TinyModels.affine(2)),
                Map.of("x", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3)),
                Map.of("y", Tensor.of(new float[] {3, 5, 7, 9, 11, 13}, 2, 3)),
                0);
    }

    @Override
    public List<EngineCase> others(Path folder) throws IOException {
        List<EngineCase> cases = new ArrayList<>();
        for (Tensor any : List.of(
                Tensor.of(new double[] {1e-300, -2}, 2),
                Tensor.of(new long[] {Long.MIN_VALUE, 7}, 2),
                Tensor.of(new int[] {-1, 1 << 30}, 2),
                Tensor.of(new String[] {"ä", ""}, 2),
                Tensor.ofBytes(ElementType.BOOL, new byte[] {1, 0}, 2),
                Tensor.ofBytes(ElementType.UINT8, new byte[] {-1, 2}, 2))) {
            Path file = folder.resolve(any.type() + ".onnx");
            Files.write(file, TinyModels.identity(any.type()));
            cases.add(new EngineCase(file, Map.of("x", any), Map.of("y", any), 0));
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("sum", Tensor.of(new float[] {4, 6}, 2));
        outputs.put("product", Tensor.of(new float[] {3, 8}, 2));
        cases.add(new EngineCase(
                Files.write(folder.resolve("two.onnx"), TinyModels.twoInTwoOut()),
                Map.of("a", Tensor.of(new float[] {1, 2}, 2), "b", Tensor.of(new float[] {3, 4}, 2)),
                outputs,
                0));
        return cases;
    }

    @Override
    public EngineCase slow(Path folder) throws IOException {
        return new EngineCase(
                Files.write(folder.resolve("count.onnx"), TinyModels.countTo()),
                Map.of("n", Tensor.of(new long[] {200_000})),
                Map.of("count", Tensor.of(new float[] {200_000})),
                0);
    }

    /** The affine model, its addend taken from a long array. */
    @Override
    public EngineCase large(Path folder) throws IOException {
        OnnxGraph graph = OnnxReader.read(TinyModels.affine(2));
        float[] ones = new float[300_000];
        Arrays.fill(ones, 1);
        graph.initializers().remove("one");
        graph.initializers().put("ones", OnnxTensor.ofFloats(ones, ones.length));
        graph.initializers().put("last", OnnxTensor.ofLongs(new long[] {ones.length - 1}, 1));
        graph.nodes().add(0, new OnnxNode("Gather", "take", List.of("ones", "last"), List.of("one")));
        EngineCase plain = plain(folder);
        Path file = Files.write(folder.resolve("large.onnx"), OnnxWriter.toBytes(graph));
        return new EngineCase(file, plain.inputs(), plain.outputs(), 0);
    }
}
