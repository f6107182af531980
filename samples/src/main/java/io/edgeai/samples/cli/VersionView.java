package io.edgeai.samples.cli;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A registered version as the command line's JSON shows it. */
record VersionView(
        String ref,
        String format,
        String workload,
        String stage,
        String sha256,
        long sizeBytes,
        List<String> inputs,
        List<String> outputs,
        @Nullable String parent,
        @Nullable String derivation,
        String registeredAt,
        Map<String, String> tags) {
    static VersionView of(ModelVersion version) {
        return new VersionView(
                version.ref().toString(),
                version.format().displayName(),
                version.workload().name(),
                version.stage().name(),
                version.digest().hex(),
                version.sizeBytes(),
                version.signature().inputs().stream().map(TensorSpec::toString).toList(),
                version.signature().outputs().stream().map(TensorSpec::toString).toList(),
                version.parent().map(Object::toString).orElse(null),
                version.derivation().isEmpty() ? null : version.derivation(),
                version.registeredAt().toString(),
                new TreeMap<>(version.tags()));
    }

    static List<VersionView> of(List<ModelVersion> versions) {
        return versions.stream().map(VersionView::of).toList();
    }

    /** E.g. {@code int8-static of digits@1}; empty for an original. */
    String origin() {
        return parent == null ? "" : derivation + " of " + parent;
    }
}
