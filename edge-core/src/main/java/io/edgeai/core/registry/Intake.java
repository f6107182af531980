package io.edgeai.core.registry;

import io.edgeai.core.lifecycle.Permission;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.store.Blob;
import io.edgeai.core.store.BlobStore;
import io.edgeai.core.store.Stager;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Takes a model's bytes in and records them as the next version, in this order. Thread-safe. */
final class Intake {
    private final Memory memory;
    private final Journal journal;
    private final Stager stager;
    private final BlobStore store;
    private final String actor;

    Intake(Memory memory, Journal journal, Stager stager, BlobStore store, String actor) {
        this.memory = memory;
        this.journal = journal;
        this.stager = stager;
        this.store = store;
        this.actor = actor;
    }

    ModelVersion register(String model, Path file, Consumer<Registration> spec) {
        Registration registration = registration(spec);
        ModelId id = ModelId.of(model);
        try (Incoming incoming = Incoming.of(stager, file, registration)) {
            return record(id, incoming, registration);
        }
    }

    ModelVersion register(String model, byte[] onnx, Consumer<Registration> spec) {
        Registration registration = registration(spec);
        ModelId id = ModelId.of(model);
        try (Incoming incoming = Incoming.of(stager, onnx, registration)) {
            return record(id, incoming, registration);
        }
    }

    private Registration registration(Consumer<Registration> spec) {
        Snapshot open = memory.current();
        assert open.sequence() >= 0;
        Registration registration = new Registration(actor);
        spec.accept(registration);
        return registration;
    }

    private ModelVersion record(ModelId model, Incoming incoming, Registration registration) {
        journal.require(registration.actor(), Permission.REGISTER, model);
        store.prepare(incoming.staged());
        return journal.write(registration.actor(), changes -> {
            VersionRef parent = registration.parent();
            Entry from = parent == null ? null : changes.require(parent);
            // Inside the transaction, so that no gc() finds the bytes before a record refers to them.
            Blob blob = store.publish(incoming.staged());
            int number = changes.catalog().nextNumber(model);
            Entry entry = incoming.entry(new VersionRef(model, number), blob, registration, changes.now());
            changes.insert(
                    entry,
                    AuditAction.REGISTERED,
                    registration.actor(),
                    from == null ? "" : "derived from " + from.ref() + ": " + registration.derivation());
            return entry.version();
        });
    }
}
