package io.edgeai.core.format;

import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The model within a folder that MLflow saved: its {@code MLmodel} names the model's file or folder under a key that
 * differs from flavor to flavor. Stateless and thread-safe.
 */
public final class MlflowFolder {
    private static final String DESCRIPTION = "MLmodel";
    private static final long MOST_BYTES = 1 << 20;

    /** Of scikit-learn, any flavor, transformers, TensorFlow 1, PyTorch, and most others. */
    private static final Set<String> KEYS =
            Set.of("pickled_model", "model_path", "model_binary", "saved_model_dir", "model_data", "data");

    /** What PyTorch and Keras put into the folder that is named. */
    private static final List<String> WITHIN = List.of("", "model.pth", "model", "model.keras");

    private MlflowFolder() {}

    /** Whether MLflow saved this folder. */
    static boolean is(Path folder) {
        return Files.isDirectory(folder) && Files.isRegularFile(folder.resolve(DESCRIPTION));
    }

    /**
     * The model in a folder of MLflow; any other path as it is.
     *
     * @throws ModelFormatException where the folder names no model of a known format that is in it
     */
    public static Path resolved(Path model) {
        if (!is(model)) {
            return model;
        }
        List<String> refused = new ArrayList<>();
        for (Path named : named(model)) {
            try {
                ModelFormatDetector.detected(named);
                return named;
            } catch (ModelFormatException e) {
                refused.add(e.getMessage());
            }
        }
        throw new ModelFormatException("Model (" + model + ") is an MLflow model whose " + DESCRIPTION
                + " names no model of a known format in it"
                + (refused.isEmpty() ? "" : " (" + String.join("; ", refused) + ")")
                + ". Maybe name the model file in it.");
    }

    /** Existing paths under the folder, in the order of the description. */
    private static List<Path> named(Path folder) {
        List<Path> found = new ArrayList<>();
        for (String line : lines(folder.resolve(DESCRIPTION))) {
            int colon = line.indexOf(':');
            if (colon < 0 || !KEYS.contains(line.substring(0, colon).strip())) {
                continue;
            }
            String value = line.substring(colon + 1).strip().replaceAll("^[\"']|[\"']$", "");
            for (String inner : value.isEmpty() ? List.<String>of() : WITHIN) {
                Path path = within(folder, value, inner);
                if (path != null && Files.exists(path) && !found.contains(path)) {
                    found.add(path);
                }
            }
        }
        return found;
    }

    private static @org.jspecify.annotations.Nullable Path within(Path folder, String value, String inner) {
        try {
            Path path = folder.resolve(value).resolve(inner).normalize();
            Path root = folder.normalize();
            return path.startsWith(root) && !path.equals(root) ? path : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static List<String> lines(Path description) {
        try {
            if (Files.size(description) > MOST_BYTES) {
                return List.of();
            }
            return new String(Files.readAllBytes(description), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw FileView.unreadable(description, e);
        }
    }
}
