package io.edgeai.core.registry;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.store.BlobStore;
import io.edgeai.core.validation.Candidate;
import java.nio.file.Path;

/** The bytes of versions, verified before they are handed out, and what lies beside them. Thread-safe. */
final class VersionFiles {
    private final BlobStore store;
    private final VerifiedBytes verified;
    private final Memory memory;
    private final Companions companions;

    /** @param home where what lies beside the bytes is */
    VersionFiles(BlobStore store, Memory memory, Path home) {
        this.store = store;
        this.companions = new Companions(home);
        this.verified = new VerifiedBytes(store);
        this.memory = memory;
    }

    BlobStore store() {
        return store;
    }

    /** {@link Companions#warmUps}. */
    Path warmUps(VersionRef ref) {
        return companions.warmUps(ref);
    }

    /** Deletes what lies beside the bytes of versions that are erased. */
    void removeErased() {
        companions.removeErased(memory.fresh());
    }

    /** @throws LifecycleException where the version is quarantined */
    Path file(VersionRef ref) {
        Entry entry = memory.fresh().require(ref);
        if (entry.stage() == Stage.QUARANTINED) {
            throw new LifecycleException("Version (" + ref + ") is (QUARANTINED) and is not opened. Maybe release it"
                    + " once it is known to be harmless.");
        }
        return bytes(entry).resolve(entry.entry());
    }

    /** Where all of a version's files lie. */
    Path bytes(Entry entry) {
        if (entry.stage() == Stage.ERASED) {
            throw new ModelNotFoundException(
                    "The bytes of version (" + entry.ref() + ") were erased. Maybe register the model again.");
        }
        try {
            return verified.path(entry.blob());
        } catch (ModelIntegrityException e) {
            throw new ModelIntegrityException("Version (" + entry.ref() + "): " + e.getMessage(), e);
        }
    }

    Candidate candidate(VersionRef ref) {
        Entry entry = memory.fresh().require(ref);
        VersionRef parent = entry.version().parent().orElse(null);
        return new Candidate(entry.version(), file(ref), parent == null ? null : () -> candidate(parent));
    }
}
