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

class PyTorchContractIT implements EngineContract {
    @Override
    public InferenceRuntime engine() {
        return new PyTorchRuntime();
    }

    /** Each row of three by a fixed column of three: {@code x · (1, 10, 100)}. */
    @Override
    public EngineCase plain(Path folder) throws IOException {
        Path file = TorchScripts.write(
                folder.resolve("plain.pt"),
                """
                x: Tensor) -> Tensor:
                return torch.matmul(x, torch.tensor([[1.], [10.], [100.]]))""");
        return new EngineCase(
                file,
                Map.of("x", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3)),
                Map.of("output_0", Tensor.of(new float[] {321, 654}, 2, 1)),
                0);
    }

    @Override
    public List<EngineCase> others(Path folder) throws IOException {
        Path same = TorchScripts.write(folder.resolve("same.pt"), "x: Tensor) -> Tensor:\nreturn x");
        List<EngineCase> cases = new ArrayList<>();
        for (Tensor any : List.of(
                Tensor.of(new double[] {1e-300, -2}, 2),
                Tensor.of(new long[] {Long.MIN_VALUE, 7}, 2, 1),
                Tensor.of(new int[] {-1}),
                Tensor.of(new float[0], 0, 3),
                Tensor.ofBytes(ElementType.BOOL, new byte[] {1, 0}, 2),
                Tensor.ofBytes(ElementType.INT8, new byte[] {-1, 2}, 2),
                Tensor.ofBytes(ElementType.UINT8, new byte[] {-1, 2}, 2))) {
            cases.add(new EngineCase(same, Map.of("x", any), Map.of("output_0", any), 0));
        }
        Path several = TorchScripts.write(
                folder.resolve("several.pt"),
                """
                x: Tensor,
                n: Tensor) -> Tuple[Tensor, Tensor]:
                return (torch.mul(x, n), torch.add(n, 1))""");
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("output_0", Tensor.of(new float[] {3, 8}, 2));
        outputs.put("output_1", Tensor.of(new long[] {3, 5}, 2));
        cases.add(new EngineCase(
                several,
                Map.of("x", Tensor.of(new float[] {1.5f, 2}, 2), "n", Tensor.of(new long[] {2, 4}, 2)),
                outputs,
                0));
        return cases;
    }

    @Override
    public EngineCase slow(Path folder) throws IOException {
        Path file = TorchScripts.write(
                folder.resolve("slow.pt"),
                """
                x: Tensor) -> Tensor:
                y = x
                for i in range(20000):
                  y = torch.add(y, 1)
                return y""");
        return new EngineCase(
                file,
                Map.of("x", Tensor.of(new float[] {0}, 1)),
                Map.of("output_0", Tensor.of(new float[] {20_000}, 1)),
                0);
    }

    @Override
    public EngineCase large(Path folder) throws IOException {
        return PyTorchGoldenIT.recorded("gen_squeezenet1_1");
    }
}
