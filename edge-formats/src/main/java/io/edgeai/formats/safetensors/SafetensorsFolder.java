package io.edgeai.formats.safetensors;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.onnx.OnnxTensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The weights of a model: one safetensors file, or several with an index that says which holds what. Immutable. */
public final class SafetensorsFolder {
    /** The usual name of a file that holds all weights. */
    public static final String SINGLE = "model.safetensors";

    /** The usual name of the index of several files. */
    public static final String INDEX = "model.safetensors.index.json";

    private final Map<String, SafetensorsFile> holders;

    private SafetensorsFolder(Map<String, SafetensorsFile> holders) {
        this.holders = Collections.unmodifiableMap(holders);
    }

    /** The weights of a folder, or null where it holds neither {@link #SINGLE} nor {@link #INDEX}. */
    public static @Nullable SafetensorsFolder find(Path folder) {
        if (Files.isRegularFile(folder.resolve(SINGLE))) {
            return of(folder.resolve(SINGLE));
        }
        return Files.isRegularFile(folder.resolve(INDEX)) ? sharded(folder) : null;
    }

    /** The weights of one file. */
    public static SafetensorsFolder of(Path file) {
        SafetensorsFile only = SafetensorsFile.open(file);
        Map<String, SafetensorsFile> holders = new LinkedHashMap<>();
        only.entries().keySet().forEach(name -> holders.put(name, only));
        return new SafetensorsFolder(holders);
    }

    private static SafetensorsFolder sharded(Path folder) {
        Path index = folder.resolve(INDEX);
        Map<String, String> places = ShardIndex.places(index);
        Map<String, SafetensorsFile> shards = new TreeMap<>();
        Map<String, SafetensorsFile> holders = new LinkedHashMap<>();
        places.forEach((name, shard) -> {
            SafetensorsFile file = shards.get(shard);
            if (file == null) {
                file = SafetensorsFile.open(folder.resolve(shard));
                shards.put(shard, file);
            }
            if (!file.entries().containsKey(name)) {
                throw refused(index, "says that (" + shard + ") holds (" + name + "), but it does not");
            }
            holders.put(name, file);
        });
        shards.forEach((shard, file) -> file.entries().keySet().forEach(name -> {
            if (!shard.equals(places.get(name))) {
                throw refused(index, "does not say that (" + shard + ") holds (" + name + "), which it does");
            }
        }));
        return new SafetensorsFolder(holders);
    }

    private static ModelFormatException refused(Path index, String what) {
        return new ModelFormatException("Index (" + index + ") " + what + ". Maybe fetch the folder again.");
    }

    /** Tensors by name. */
    public Map<String, SafetensorsEntry> entries() {
        Map<String, SafetensorsEntry> entries = new LinkedHashMap<>();
        holders.forEach((name, file) ->
                entries.put(name, Objects.requireNonNull(file.entries().get(name))));
        return entries;
    }

    /** A tensor whose bytes are mapped. */
    public OnnxTensor tensor(String name) {
        SafetensorsFile file = holders.get(name);
        if (file == null) {
            throw new io.edgeai.core.error.InvalidInputException(
                    "The weights hold no tensor (" + name + "). Maybe its name has another prefix.");
        }
        return file.tensor(name);
    }
}
