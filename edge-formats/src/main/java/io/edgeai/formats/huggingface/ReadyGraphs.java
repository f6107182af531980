package io.edgeai.formats.huggingface;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** ONNX graphs that a folder of Hugging Face holds already. */
final class ReadyGraphs {
    private static final String USUAL = "model.onnx";

    private ReadyGraphs() {}

    /**
     * {@code model.onnx} there or in {@code onnx/}; else the only graph of a folder without weights; else null.
     *
     * @throws ModelFormatException where there are several of other names and no weights, listing them
     */
    static @Nullable Path in(Path folder) {
        Path inner = folder.resolve("onnx");
        for (Path usual : List.of(folder.resolve(USUAL), inner.resolve(USUAL))) {
            if (Files.isRegularFile(usual)) {
                return usual;
            }
        }
        boolean weights = !ending(folder, ".safetensors").isEmpty()
                || !ending(folder, ".bin").isEmpty();
        List<Path> others = new ArrayList<>(ending(folder, ".onnx"));
        others.addAll(ending(inner, ".onnx"));
        if (weights || others.isEmpty()) {
            return null;
        }
        if (others.size() > 1) {
            throw new ModelFormatException("Folder (" + folder + ") holds several graphs and none called model.onnx: "
                    + others.stream().map(folder::relativize).toList() + ". Maybe name the one you mean.");
        }
        return others.get(0);
    }

    private static List<Path> ending(Path folder, String end) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(end) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new StorageException("Cannot list (" + folder + ").", e);
        }
    }
}
