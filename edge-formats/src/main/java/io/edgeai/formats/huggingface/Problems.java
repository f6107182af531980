package io.edgeai.formats.huggingface;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** All that speaks against converting a folder, collected for one error. Not thread-safe. */
final class Problems {
    private static final int MOST_LISTED = 60;

    private final Set<String> unsupported = new LinkedHashSet<>();
    private final Set<String> damaged = new LinkedHashSet<>();

    /** Something that is well formed but has no mapping. */
    void unsupported(String what) {
        unsupported.add(what);
    }

    /** Something missing, of the wrong size, or too much. */
    void damaged(String what) {
        damaged.add(what);
    }

    void throwIfAny(String model) {
        if (!unsupported.isEmpty()) {
            List<String> all = new ArrayList<>(unsupported);
            all.addAll(damaged);
            throw new UnsupportedOperatorException(
                    "The Hugging Face model (" + model + ") cannot be converted for " + counted(all.size(), "reason")
                            + ": " + list(all) + ". Maybe export it to ONNX where it was trained.");
        }
        if (!damaged.isEmpty()) {
            throw new ModelFormatException("The weights of the Hugging Face model (" + model
                    + ") do not fit its config.json in " + counted(damaged.size(), "place") + ": "
                    + list(new ArrayList<>(damaged))
                    + ". Maybe the files come from different models; fetch the folder again.");
        }
    }

    private static String counted(int count, String thing) {
        return count == 1 ? "one " + thing : count + " " + thing + "s";
    }

    private static String list(List<String> all) {
        String shown = String.join("; ", all.subList(0, Math.min(all.size(), MOST_LISTED)));
        return all.size() > MOST_LISTED ? shown + "; and " + (all.size() - MOST_LISTED) + " more" : shown;
    }
}
