package io.edgeai.core.runtime.djl;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.EngineCase;
import io.edgeai.core.runtime.EngineContract;
import io.edgeai.core.runtime.InferenceRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class TensorFlowContractIT implements EngineContract {
    @Override
    public InferenceRuntime engine() {
        return new TensorFlowRuntime();
    }

    @Override
    public boolean takesBytes() {
        return false;
    }

    /** Each row of three by a fixed column of three: {@code x · (1, 10, 100)}. */
    @Override
    public EngineCase plain(Path folder) throws IOException {
        return byColumn(folder.resolve("plain"), 3, 2);
    }

    /** Row r of {@code x} is r + 1 everywhere, the column 0, 1, 2, …: sums of whole numbers, exact as floats. */
    private static EngineCase byColumn(Path folder, int width, int rows) throws IOException {
        float[] column = new float[width];
        float[] x = new float[rows * width];
        float[] sums = new float[rows];
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < width; i++) {
                column[i] = i % 8;
                x[r * width + i] = r + 1;
                sums[r] += (r + 1) * column[i];
            }
        }
        Path model = new SavedModels()
                .input("x", ElementType.FLOAT, -1, width)
                .constant("column", column, width, 1)
                .op("product", "MatMul", ElementType.FLOAT, "in_x", "column")
                .output("y", "product", ElementType.FLOAT, -1, 1)
                .write(folder);
        return new EngineCase(model, Map.of("x", Tensor.of(x, rows, width)), Map.of("y", Tensor.of(sums, rows, 1)), 0);
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
                Tensor.ofBytes(ElementType.INT8, new byte[] {-1, 2}, 2),
                Tensor.ofBytes(ElementType.UINT8, new byte[] {-1, 2}, 2))) {
            Path model = new SavedModels()
                    .input("x", any.type(), -1)
                    .op("same", "Identity", any.type(), "in_x")
                    .output("y", "same", any.type(), -1)
                    .write(folder.resolve("same" + any.type()));
            cases.add(new EngineCase(model, Map.of("x", any), Map.of("y", any), 0));
        }
        Path two = new SavedModels()
                .input("b", ElementType.FLOAT, 2)
                .input("a", ElementType.FLOAT, 2)
                .op("plus", "AddV2", ElementType.FLOAT, "in_a", "in_b")
                .op("minus", "Sub", ElementType.FLOAT, "in_a", "in_b")
                .output("sum", "plus", ElementType.FLOAT, 2)
                .output("difference", "minus", ElementType.FLOAT, 2)
                .write(folder.resolve("two"));
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("sum", Tensor.of(new float[] {4, 6}, 2));
        outputs.put("difference", Tensor.of(new float[] {-2, -2}, 2));
        cases.add(new EngineCase(
                two, Map.of("a", Tensor.of(new float[] {1, 2}, 2), "b", Tensor.of(new float[] {3, 4}, 2)), outputs, 0));
        return cases;
    }

    @Override
    public EngineCase slow(Path folder) throws IOException {
        return byColumn(folder.resolve("slow"), 10_000, 400);
    }

    @Override
    public EngineCase large(Path folder) throws IOException {
        return byColumn(folder.resolve("large"), 300_000, 1);
    }
}
