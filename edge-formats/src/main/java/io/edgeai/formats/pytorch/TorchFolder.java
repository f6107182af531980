package io.edgeai.formats.pytorch;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.safetensors.ShardIndex;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The weights of a folder as PyTorch saved them: one file, or several with an index. Immutable and thread-safe. */
public final class TorchFolder {
    /** The usual name of a file that holds all weights. */
    public static final String SINGLE = "pytorch_model.bin";

    /** The usual name of the index of several files. */
    public static final String INDEX = "pytorch_model.bin.index.json";

    private final Map<String, TorchFile> holders;

    private TorchFolder(Map<String, TorchFile> holders) {
        this.holders = Collections.unmodifiableMap(holders);
    }

    /** The weights of a folder, or null where it holds neither {@link #SINGLE} nor {@link #INDEX}. */
    public static @Nullable TorchFolder find(Path folder) {
        if (Files.isRegularFile(folder.resolve(SINGLE))) {
            TorchFile only = TorchFile.open(folder.resolve(SINGLE));
            Map<String, TorchFile> holders = new LinkedHashMap<>();
            only.entries().keySet().forEach(name -> holders.put(name, only));
            return new TorchFolder(holders);
        }
        return Files.isRegularFile(folder.resolve(INDEX)) ? sharded(folder) : null;
    }

    private static TorchFolder sharded(Path folder) {
        Path index = folder.resolve(INDEX);
        Map<String, TorchFile> shards = new TreeMap<>();
        Map<String, TorchFile> holders = new LinkedHashMap<>();
        ShardIndex.places(index).forEach((name, shard) -> {
            TorchFile file = shards.computeIfAbsent(shard, each -> TorchFile.open(folder.resolve(each)));
            if (!file.entries().containsKey(name)) {
                throw new ModelFormatException("Index (" + index + ") says that (" + shard + ") holds (" + name
                        + "), but it does not. Maybe fetch the folder again.");
            }
            holders.put(name, file);
        });
        return new TorchFolder(holders);
    }

    /** Tensors by name. */
    public Map<String, TorchTensor> entries() {
        Map<String, TorchTensor> entries = new LinkedHashMap<>();
        holders.forEach((name, file) ->
                entries.put(name, Objects.requireNonNull(file.entries().get(name))));
        return entries;
    }

    /** A tensor's values, read now. */
    public OnnxTensor tensor(String name) {
        TorchFile file = holders.get(name);
        if (file == null) {
            throw new InvalidInputException(
                    "The weights hold no tensor (" + name + "). Maybe its name has another prefix.");
        }
        return file.tensor(name);
    }
}
