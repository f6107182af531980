package io.edgeai.core.validation;

import io.edgeai.core.model.ModelVersion;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A version before its gates. Thread-safe. */
public final class Candidate {
    private final ModelVersion version;
    private final Path file;
    private final @Nullable Supplier<Candidate> parent;

    /**
     * @param file what an engine opens, its bytes verified
     * @param parent the version it was derived from, or null for an original
     */
    public Candidate(ModelVersion version, Path file, @Nullable Supplier<Candidate> parent) {
        this.version = version;
        this.file = file;
        this.parent = parent;
    }

    public ModelVersion version() {
        return version;
    }

    public Path file() {
        return file;
    }

    /**
     * The version it was derived from; empty for an original.
     *
     * @throws io.edgeai.core.error.EdgeException where its bytes are erased or damaged
     */
    public Optional<Candidate> parent() {
        return parent == null ? Optional.empty() : Optional.of(parent.get());
    }
}
