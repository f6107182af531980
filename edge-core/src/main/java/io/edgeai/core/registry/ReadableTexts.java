package io.edgeai.core.registry;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.WorkloadType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Knows which texts of records this version of the library can read, so that one which it cannot is found when a registry opens.
 * Neighbours mostly have the same ones, which are not looked at twice. Not thread-safe.
 */
final class ReadableTexts {
    private final FieldReader.Known format = new FieldReader.Known();
    private final FieldReader.Known workload = new FieldReader.Known();
    private final FieldReader.Known signature = new FieldReader.Known();
    private final FieldReader.Known stage = new FieldReader.Known();
    private final FieldReader.Known deployed = new FieldReader.Known();
    private final Set<String> seen = new HashSet<>();
    private final Map<String, Signature> signatures = new HashMap<>();

    /**
     * Passes over the texts of a version behind its reference.
     *
     * @throws IllegalArgumentException or an {@link io.edgeai.core.error.EdgeException} where one cannot be read
     */
    void version(FieldReader fields) {
        String text = fields.nextText(format);
        if (!seen.contains(text)) {
            seen.add(ModelFormat.valueOf(text).name());
        }
        text = fields.nextText(workload);
        if (!seen.contains(text)) {
            seen.add(WorkloadType.valueOf(text).name());
        }
        text = fields.skip(4).nextText(signature);
        signatures.computeIfAbsent(text, SignatureJson::read);
        text = fields.skip(3).nextText(stage);
        if (!seen.contains(text)) {
            seen.add(Stage.valueOf(text).name());
        }
    }

    /** Passes over the texts of a deployment. */
    void deployment(FieldReader fields) {
        String text = fields.skip(1).nextText(deployed);
        if (!seen.contains(text)) {
            seen.add(Stage.valueOf(text).name());
        }
        fields.skip(3);
    }
}
