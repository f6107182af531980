package io.edgeai.core.registry;

import io.edgeai.core.model.ModelVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What two versions differ in.
 *
 * @param left one
 * @param right the other
 * @param differences one for each thing that is not the same, in a fixed order
 */
public record VersionComparison(ModelVersion left, ModelVersion right, List<Difference> differences) {
    public VersionComparison {
        differences = List.copyOf(differences);
    }

    /**
     * One thing that is not the same.
     *
     * @param what e.g. {@code "bytes"} or {@code "tag site"}
     * @param left its value there; empty for none
     * @param right its value there; empty for none
     */
    public record Difference(String what, String left, String right) {}

    static VersionComparison of(ModelVersion left, ModelVersion right) {
        List<Difference> all = new ArrayList<>();
        add(all, "stage", left.stage(), right.stage());
        add(all, "format", left.format().displayName(), right.format().displayName());
        add(all, "workload", left.workload(), right.workload());
        add(all, "bytes", left.sizeBytes(), right.sizeBytes());
        add(all, "SHA-256", left.digest().hex(), right.digest().hex());
        add(all, "inputs", left.signature().inputs(), right.signature().inputs());
        add(all, "outputs", left.signature().outputs(), right.signature().outputs());
        add(
                all,
                "derived from",
                left.parent().map(Object::toString).orElse(""),
                right.parent().map(Object::toString).orElse(""));
        add(all, "derivation", left.derivation(), right.derivation());
        add(all, "registered", left.registeredAt(), right.registeredAt());
        TreeSet<String> keys = new TreeSet<>(left.tags().keySet());
        keys.addAll(right.tags().keySet());
        for (String key : keys) {
            add(
                    all,
                    "tag " + key,
                    left.tags().getOrDefault(key, ""),
                    right.tags().getOrDefault(key, ""));
        }
        return new VersionComparison(left, right, all);
    }

    private static void add(List<Difference> all, String what, Object left, Object right) {
        if (!left.equals(right)) {
            all.add(new Difference(what, left.toString(), right.toString()));
        }
    }
}
