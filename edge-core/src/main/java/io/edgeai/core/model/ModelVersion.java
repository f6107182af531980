package io.edgeai.core.model;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One immutable set of model bytes under a model's name, as the registry recorded it.
 *
 * @param ref model and number
 * @param format format of the stored bytes
 * @param workload what the model is for
 * @param digest SHA-256 of the stored bytes
 * @param sizeBytes length of the stored bytes
 * @param signature inputs and outputs, or {@link Signature#UNKNOWN}
 * @param parent the version this one was derived from
 * @param derivation how it was derived, e.g. {@code "int8-static"}; empty for an original
 * @param stage where it stands in its life
 * @param registeredAt when it was recorded
 * @param tags free key-value notes
 */
public record ModelVersion(
        VersionRef ref,
        ModelFormat format,
        WorkloadType workload,
        Digest digest,
        long sizeBytes,
        Signature signature,
        Optional<VersionRef> parent,
        String derivation,
        Stage stage,
        Instant registeredAt,
        Map<String, String> tags) {
    public ModelVersion {
        tags = Map.copyOf(tags);
    }

    public ModelId model() {
        return ref.model();
    }

    public int number() {
        return ref.number();
    }

    @Override
    public String toString() {
        return ref + " (" + format.displayName() + ", " + sizeBytes + " bytes, " + stage + ")";
    }
}
