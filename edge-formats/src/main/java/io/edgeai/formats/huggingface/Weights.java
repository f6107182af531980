package io.edgeai.formats.huggingface;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.pytorch.TorchFolder;
import io.edgeai.formats.safetensors.SafetensorsFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a folder, whoever wrote them.
 *
 * @param entries by name, in file order
 * @param read gives a tensor's values
 */
record Weights(Map<String, Entry> entries, Function<String, OnnxTensor> read) {
    private static final Set<ElementType> REAL =
            Set.of(ElementType.FLOAT, ElementType.DOUBLE, ElementType.FLOAT16, ElementType.BFLOAT16);

    /**
     * One tensor.
     *
     * @param type as its file calls it
     * @param real whether it holds floats of 16 bits or more
     * @param dims dimensions, empty for a scalar
     */
    record Entry(String type, boolean real, List<Long> dims) {}

    /** Whether a folder has weights at all. */
    static boolean present(Path folder) {
        return Stream.of(SafetensorsFolder.SINGLE, SafetensorsFolder.INDEX, TorchFolder.SINGLE, TorchFolder.INDEX)
                .anyMatch(name -> Files.isRegularFile(folder.resolve(name)));
    }

    /** The folder's safetensors, else its PyTorch files; null where it has neither. */
    static @Nullable Weights find(Path folder) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        SafetensorsFolder safe = SafetensorsFolder.find(folder);
        if (safe != null) {
            safe.entries()
                    .forEach((name, entry) -> entries.put(
                            name, new Entry(entry.type().name(), entry.type().real(), entry.dims())));
            return new Weights(entries, safe::tensor);
        }
        TorchFolder torch = TorchFolder.find(folder);
        if (torch == null) {
            return null;
        }
        torch.entries()
                .forEach((name, entry) ->
                        entries.put(name, new Entry(entry.type().name(), REAL.contains(entry.type()), entry.dims())));
        return new Weights(entries, torch::tensor);
    }
}
