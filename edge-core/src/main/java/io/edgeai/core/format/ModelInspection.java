package io.edgeai.core.format;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a model file says about itself. Complete for ONNX; for the other formats what their headers tell, and
 * {@link #warnings()} names what is left open.
 *
 * @param format the format
 * @param variant which of the format's forms, e.g. {@code "SavedModel"}; empty where there is only one
 * @param sizeBytes bytes of all files of the model
 * @param signature inputs and outputs, or {@link Signature#UNKNOWN}
 * @param producer what wrote it, with version; empty where not stated
 * @param formatVersion the format's version as its makers write it; empty where not stated
 * @param opsets ONNX operator set versions by domain, sorted; the standard set has the empty domain
 * @param operators how often each operator or layer type occurs, sorted by name, nested graphs included
 * @param parameters elements of all weights; -1 where unknown
 * @param weightBytes bytes of all weights; -1 where unknown
 * @param metadata the file's own notes and what else its header tells, sorted
 * @param warnings what is unusual or was not looked at
 * @param abilities what can be done with it
 */
public record ModelInspection(
        ModelFormat format,
        String variant,
        long sizeBytes,
        Signature signature,
        String producer,
        String formatVersion,
        SortedMap<String, Long> opsets,
        SortedMap<String, Integer> operators,
        long parameters,
        long weightBytes,
        SortedMap<String, String> metadata,
        List<String> warnings,
        List<Ability> abilities) {
    public ModelInspection {
        opsets = sorted(opsets);
        operators = sorted(operators);
        metadata = sorted(metadata);
        warnings = List.copyOf(warnings);
        abilities = List.copyOf(abilities);
    }

    private static <V> SortedMap<String, V> sorted(Map<String, V> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }

    /** Whether the ability of that name is given. */
    public boolean can(String what) {
        return abilities.stream().anyMatch(a -> a.what().equals(what) && a.possible());
    }
}
