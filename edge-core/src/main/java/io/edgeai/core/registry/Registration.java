package io.edgeai.core.registry;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What to record with a new version; everything has a default. Not thread-safe. */
public final class Registration {
    private static final int LONGEST_KEY = 128;
    private static final int LONGEST_VALUE = 8192;

    private WorkloadType workload = WorkloadType.INFERENCE;
    private @Nullable ModelFormat format;
    private @Nullable Signature signature;
    private @Nullable VersionRef parent;
    private String derivation = "";
    private String actor;
    private Progress progress = Progress.NONE;
    private final Map<String, String> tags = new LinkedHashMap<>();

    Registration(String actor) {
        this.actor = actor;
    }

    /** What the model is for; {@link WorkloadType#INFERENCE} unless set. */
    public Registration workload(WorkloadType type) {
        this.workload = type;
        return this;
    }

    /** The format; told from the content unless set. */
    public Registration format(ModelFormat modelFormat) {
        this.format = modelFormat;
        return this;
    }

    /** Inputs and outputs; read from an ONNX file, {@link Signature#UNKNOWN} for other formats, unless set. */
    public Registration signature(Signature inputsAndOutputs) {
        this.signature = inputsAndOutputs;
        return this;
    }

    /**
     * The version this one was made from; it must be registered here.
     *
     * @param how e.g. {@code "int8-static"}
     */
    public Registration derivedFrom(VersionRef version, String how) {
        if (how.isBlank()) {
            throw new InvalidInputException(
                    "Derivation from (" + version + ") does not say how. Maybe \"int8-static\"?");
        }
        this.parent = version;
        this.derivation = how;
        return this;
    }

    /** Adds a note; a key given twice keeps the last value. At most 128 characters of key, 8192 of value. */
    public Registration tag(String key, String value) {
        requireTag(key, value);
        tags.put(key, value);
        return this;
    }

    /** @throws InvalidInputException where it is too long, has no key, or holds half a character */
    static void requireTag(String key, String value) {
        if (key.isBlank() || key.length() > LONGEST_KEY || value.length() > LONGEST_VALUE) {
            throw new InvalidInputException("Tag (" + key + ") must have a key of 1 to " + LONGEST_KEY
                    + " characters and a value of at most " + LONGEST_VALUE + ".");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(key + " " + value)) {
            throw new InvalidInputException("Tag (" + key
                    + ") holds half a character, which cannot be stored. Maybe a text was cut amid a surrogate pair.");
        }
    }

    /** Who registers, for the audit; the registry's own actor unless set. */
    public Registration actor(String name) {
        this.actor = name;
        return this;
    }

    /** Listens to the copying, in bytes, and may cancel it. */
    public Registration progress(Progress listener) {
        this.progress = listener;
        return this;
    }

    WorkloadType workload() {
        return workload;
    }

    @Nullable
    ModelFormat format() {
        return format;
    }

    @Nullable
    Signature signature() {
        return signature;
    }

    @Nullable
    VersionRef parent() {
        return parent;
    }

    String derivation() {
        return derivation;
    }

    String actor() {
        return actor;
    }

    Progress progress() {
        return progress;
    }

    Map<String, String> tags() {
        return tags;
    }
}
