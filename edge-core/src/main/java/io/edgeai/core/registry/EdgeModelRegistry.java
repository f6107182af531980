package io.edgeai.core.registry;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.event.StageChanged;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.store.Blob;
import io.edgeai.core.store.BlobLimits;
import io.edgeai.core.store.BlobState;
import io.edgeai.core.store.BlobStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps model versions: immutable bytes under {@code name@number} with a stage, a lineage and an audit, in one home
 * folder (SQLite and files named by their SHA-256).
 *
 * <p>Guarantees: when {@link #register} returns, bytes and record survive {@code kill -9} and a power cut, and no reader
 * ever sees a record without its bytes. Numbers of a model count from 1 and are never reused. At most one version of a
 * model is {@link Stage#ACTIVE}. Registering equal bytes again gives a new number that shares the stored bytes: a
 * version is an event with its own tags, lineage and life.
 *
 * <p>Any number of registries, in one process or several, may open the same home; writers wait for each other up to
 * 30 s. {@link #active} and {@link #findActive} answer from memory and show what other registries did after one second
 * at the latest; every other call shows all that was committed before it. Thread-safe. Closing twice does nothing.
 */
public final class EdgeModelRegistry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeModelRegistry.class);

    private final Path home;
    private final Clock clock;
    private final EventBus events;
    private final String actor;
    private final BlobStore store;
    private final VerifiedBytes verified;
    private final Catalog writer;
    private final Memory memory;
    private final ReentrantLock writing = new ReentrantLock();

    private EdgeModelRegistry(Builder builder, Path home, BlobStore store, Catalog writer, Memory memory) {
        this.home = home;
        this.clock = builder.clock;
        this.events = builder.events;
        this.actor = builder.actor;
        this.store = store;
        this.verified = new VerifiedBytes(store);
        this.writer = writer;
        this.memory = memory;
    }

    /** Opens or creates a registry with all defaults. */
    public static EdgeModelRegistry open(Path home) {
        return builder().home(home).build();
    }

    public static Builder builder() {
        return new Builder();
    }

    public Path home() {
        return home;
    }

    /** {@link #register(String, Path, Consumer)} with all defaults. */
    public ModelVersion register(String model, Path file) {
        return register(model, file, registration -> {});
    }

    /**
     * Stores a model file or folder, with the files it cannot do without, as the next version of a model.
     *
     * @return the version as recorded, durable, in stage {@link Stage#REGISTERED}
     * @throws io.edgeai.core.error.ModelFormatException where it is no readable model
     * @throws io.edgeai.core.error.InvalidInputException for a bad name, past a limit, for links that leave the folder
     * @throws ModelNotFoundException where the version it is derived from is not here
     * @throws io.edgeai.core.error.OperationCancelledException where the progress listener says so
     */
    public ModelVersion register(String model, Path file, Consumer<Registration> spec) {
        Registration registration = registration(spec);
        ModelId id = ModelId.of(model);
        try (Incoming incoming = Incoming.of(store, file, registration)) {
            return record(id, incoming, registration);
        }
    }

    /** Stores the bytes of a self-contained ONNX model; otherwise as {@link #register(String, Path, Consumer)}. */
    public ModelVersion register(String model, byte[] onnx, Consumer<Registration> spec) {
        Registration registration = registration(spec);
        ModelId id = ModelId.of(model);
        try (Incoming incoming = Incoming.of(store, onnx, registration)) {
            return record(id, incoming, registration);
        }
    }

    private Registration registration(Consumer<Registration> spec) {
        memory.current();
        Registration registration = new Registration(actor);
        spec.accept(registration);
        return registration;
    }

    private ModelVersion record(ModelId model, Incoming incoming, Registration registration) {
        return write(changes -> {
            VersionRef parent = registration.parent();
            if (parent != null) {
                require(parent);
            }
            // Inside the transaction, so that no gc() finds the bytes before a record refers to them.
            Blob blob = store.publish(incoming.staged());
            int number = writer.nextNumber(model);
            Entry entry = incoming.entry(new VersionRef(model, number), blob, registration, clock.instant());
            writer.insert(entry);
            writer.audit(
                    clock.instant(),
                    registration.actor(),
                    AuditAction.REGISTERED,
                    entry.ref(),
                    parent == null ? "" : "derived from " + parent + ": " + registration.derivation());
            return entry.version();
        });
    }

    /** @throws ModelNotFoundException where it is not here; the message lists near names */
    public ModelVersion get(VersionRef ref) {
        return entry(ref).version();
    }

    /** As {@link #get(VersionRef)}, written {@code name@number}. */
    public ModelVersion get(String ref) {
        return get(VersionRef.parse(ref));
    }

    public Optional<ModelVersion> find(VersionRef ref) {
        return Optional.ofNullable(memory.fresh().entry(ref)).map(Entry::version);
    }

    /** All versions of a model, by number; empty where there is no such model. */
    public List<ModelVersion> versions(String model) {
        return memory.fresh().entries(model).stream().map(Entry::version).toList();
    }

    /** Names of all models that have a version, sorted. */
    public List<ModelId> models() {
        return memory.fresh().models().stream().map(ModelId::of).toList();
    }

    /** The version that answers for a model. From memory: no lock, no I/O, about as fast as a map look-up. */
    public ModelVersion active(String model) {
        return memory.recent().requireActive(model).version();
    }

    /** As {@link #active}, empty where there is none. */
    public Optional<ModelVersion> findActive(String model) {
        Entry entry = memory.recent().active(model);
        return entry == null ? Optional.empty() : Optional.of(entry.version());
    }

    /** The chain of derivation that ends in a version: the original first, the version itself last. */
    public List<ModelVersion> lineage(VersionRef ref) {
        Snapshot current = memory.fresh();
        List<ModelVersion> chain = new ArrayList<>();
        for (Entry next = current.require(ref); next != null; ) {
            chain.add(0, next.version());
            VersionRef parent = next.version().parent().orElse(null);
            next = parent == null ? null : current.require(parent);
        }
        return List.copyOf(chain);
    }

    /** The versions derived directly from a version, sorted. */
    public List<ModelVersion> children(VersionRef ref) {
        Snapshot current = memory.fresh();
        current.require(ref);
        return current.all().stream()
                .map(Entry::version)
                .filter(version -> version.parent().filter(ref::equals).isPresent())
                .toList();
    }

    /**
     * Where a version's bytes lie, after hashing them again: what an engine opens, be it a file or a folder. Hashing is
     * skipped where this registry has verified them before and size, time and identity of the files are unchanged.
     *
     * @throws ModelIntegrityException where the bytes are missing or not those registered
     */
    public Path file(VersionRef ref) {
        Entry entry = entry(ref);
        try {
            return verified.path(entry.blob()).resolve(entry.entry());
        } catch (ModelIntegrityException e) {
            throw new ModelIntegrityException("Version (" + ref + "): " + e.getMessage(), e);
        }
    }

    /**
     * Makes a version the one that answers; the one that did becomes {@link Stage#SUPERSEDED} in the same transaction.
     *
     * @throws LifecycleException unless it is {@link Stage#REGISTERED} or {@link Stage#SUPERSEDED}
     */
    public ModelVersion promote(VersionRef ref, String reason) {
        return write(changes -> {
            Entry entry = require(ref);
            if (!Transitions.PROMOTE_FROM.contains(entry.stage())) {
                throw Transitions.refused(entry, "promoted", Transitions.PROMOTE_FROM, writer.promotable(ref.model()));
            }
            Entry before = writer.active(ref.model());
            if (before != null) {
                changes.move(before, Stage.SUPERSEDED, AuditAction.SUPERSEDED, "by " + ref + ": " + reason);
            }
            writer.pushActivation(ref);
            return changes.move(entry, Stage.ACTIVE, AuditAction.PROMOTED, reason);
        });
    }

    /**
     * Goes back to the version that was active before the present one; repeated, further back. Versions that were
     * retired or erased meanwhile are passed over.
     *
     * @throws LifecycleException where nothing is active or nothing was before
     */
    public ModelVersion rollback(String model, String reason) {
        ModelId id = ModelId.of(model);
        return write(changes -> {
            Entry now = writer.active(id);
            if (now == null) {
                throw new LifecycleException(
                        "Model (" + model + ") has no active version to roll back. Maybe promote one.");
            }
            List<Integer> history = writer.activations(id);
            for (int i = 1; i < history.size(); i++) {
                Entry before = writer.entry(new VersionRef(id, history.get(i)));
                if (before != null && before.stage() == Stage.SUPERSEDED) {
                    writer.popActivations(id, i);
                    changes.move(now, Stage.SUPERSEDED, AuditAction.ROLLED_BACK, "to " + before.ref() + ": " + reason);
                    return changes.move(
                            before,
                            Stage.ACTIVE,
                            AuditAction.PROMOTED,
                            "rolled back from " + now.ref() + ": " + reason);
                }
            }
            throw new LifecycleException("Model (" + model + ") had no active version before (" + now.ref()
                    + "). Maybe promote one of " + Snapshot.refs(writer.promotable(id)) + ".");
        });
    }

    /**
     * Takes a version out of use for good; its bytes are kept.
     *
     * @throws LifecycleException where it is {@link Stage#ACTIVE} or retired already
     */
    public ModelVersion retire(VersionRef ref, String reason) {
        return write(changes -> {
            Entry entry = require(ref);
            if (!Transitions.RETIRE_FROM.contains(entry.stage())) {
                throw Transitions.refused(entry, "retired", Transitions.RETIRE_FROM, List.of());
            }
            return changes.move(entry, Stage.RETIRED, AuditAction.RETIRED, reason);
        });
    }

    /**
     * Removes a retired version's record; {@link #gc()} then frees its bytes. Its number stays used and the audit keeps
     * its history.
     *
     * @throws LifecycleException unless it is {@link Stage#RETIRED} and no version is derived from it
     */
    public void erase(VersionRef ref, String reason) {
        write(changes -> {
            Entry entry = require(ref);
            if (entry.stage() != Stage.RETIRED) {
                throw Transitions.refused(entry, "erased", Set.of(Stage.RETIRED), List.of());
            }
            List<VersionRef> children = writer.children(ref);
            if (!children.isEmpty()) {
                throw new LifecycleException(
                        "Version (" + ref + ") has derived versions " + children + ". Maybe erase those first.");
            }
            writer.erase(ref);
            writer.audit(
                    clock.instant(),
                    actor,
                    AuditAction.ERASED,
                    ref,
                    entry.version().digest() + ": " + reason);
            return ref;
        });
    }

    /** All that was done to a model's versions, erased ones included, in order. */
    public List<AuditEntry> audit(String model) {
        return memory.read(catalog -> catalog.audit(model));
    }

    /** {@link #verify(Progress)} without listening. */
    public VerificationReport verify() {
        return verify(Progress.NONE);
    }

    /** Hashes the bytes of every version again; shared bytes once. */
    public VerificationReport verify(Progress progress) {
        List<Entry> all = memory.fresh().all();
        Map<Blob, BlobState> states = new HashMap<>();
        List<VerificationReport.Result> results = new ArrayList<>();
        for (Entry entry : all) {
            if (progress.cancelled()) {
                throw new io.edgeai.core.error.OperationCancelledException(
                        "Verification was cancelled after (" + results.size() + ") versions.");
            }
            results.add(new VerificationReport.Result(entry.ref(), states.computeIfAbsent(entry.blob(), store::check)));
            progress.update("verify", results.size(), all.size());
        }
        return new VerificationReport(results);
    }

    /**
     * Deletes bytes that no version refers to: those of erased versions, and those of registrations that crashed just
     * before their record. Registrations wait meanwhile, in every process.
     *
     * @return bytes freed
     */
    public long gc() {
        return write(changes -> {
            Set<Blob> kept = writer.referenced();
            long freed = 0;
            for (Blob blob : store.list()) {
                if (!kept.contains(new Blob(blob.digest(), blob.tree(), 0))) {
                    freed += store.delete(blob);
                }
            }
            return freed;
        });
    }

    /**
     * Writes versions with their bytes to a ZIP file that {@link #importFrom} reads.
     *
     * @throws ModelIntegrityException where bytes to export are damaged
     */
    public void exportTo(Path zip, List<VersionRef> refs) {
        Snapshot current = memory.fresh();
        List<Entry> entries = refs.stream()
                .distinct()
                .sorted()
                .map(ref -> current.require(ref))
                .toList();
        new ModelArchive(zip, store.limits()).write(entries, entry -> verified.path(entry.blob()));
    }

    /**
     * Registers the versions of an exported file. Each keeps its number where that is above all numbers its model ever
     * had here, is recognized where the same number has the same bytes, and gets the next free number otherwise; stages
     * are not taken over. Bytes are checked against their digests, under the registry's {@link BlobLimits}.
     *
     * @return the version here for each version there
     * @throws io.edgeai.core.error.ModelFormatException where it is no such file or is damaged
     */
    public Map<VersionRef, ModelVersion> importFrom(Path zip) {
        memory.current();
        try (ModelArchive.Opened archive = new ModelArchive(zip, store.limits()).open(store)) {
            return write(changes -> archive.importInto(writer, store, clock.instant(), actor));
        }
    }

    /** Waits for a write in progress, then frees files and connections. */
    @Override
    public void close() {
        writing.lock();
        try {
            if (memory.close()) {
                writer.close();
                store.close();
            }
        } finally {
            writing.unlock();
        }
    }

    /** The stage changes of one transaction, published once it is durable. */
    private final class Changes {
        private final List<StageChanged> events = new ArrayList<>();

        ModelVersion move(Entry entry, Stage to, AuditAction action, String detail) throws java.sql.SQLException {
            writer.stage(entry.ref(), to);
            writer.audit(clock.instant(), actor, action, entry.ref(), detail);
            events.add(new StageChanged(entry.ref(), entry.stage(), to, clock.instant()));
            return Transitions.at(entry.version(), to);
        }
    }

    @FunctionalInterface
    private interface Write<T> {
        T run(Changes changes) throws java.sql.SQLException;
    }

    private <T> T write(Write<T> work) {
        Changes changes = new Changes();
        T result;
        writing.lock();
        try {
            memory.current();
            result = writer.writing(() -> work.run(changes));
            memory.freshIfPossible();
        } finally {
            writing.unlock();
        }
        changes.events.forEach(events::publish);
        return result;
    }

    private Entry entry(VersionRef ref) {
        return memory.fresh().require(ref);
    }

    private Entry require(VersionRef ref) throws java.sql.SQLException {
        Entry entry = writer.entry(ref);
        return entry != null ? entry : memory.fresh().require(ref);
    }

    /** Settings of a registry; {@link #home} is the only one without a default. */
    public static final class Builder {
        private @Nullable Path home;
        private Clock clock = Clock.systemUTC();
        private Ticker ticker = Ticker.system();
        private EventBus events =
                new EventBus((event, failure) -> LOG.warn("A subscriber failed on {}", event, failure));
        private String actor = System.getProperty("user.name", "unknown");
        private BlobLimits limits = BlobLimits.DEFAULT;

        private Builder() {}

        /** The folder that holds everything; created where missing. */
        public Builder home(Path folder) {
            this.home = folder;
            return this;
        }

        /** Dates records; the system's UTC clock unless set. */
        public Builder clock(Clock recordClock) {
            this.clock = recordClock;
            return this;
        }

        /** Ages the memory that {@link EdgeModelRegistry#active} answers from. */
        public Builder ticker(Ticker staleTicker) {
            this.ticker = staleTicker;
            return this;
        }

        /** Receives {@link StageChanged}; a bus of its own unless set. */
        public Builder events(EventBus bus) {
            this.events = bus;
            return this;
        }

        /** Who acts, for the audit; the operating system's user name unless set. */
        public Builder actor(String name) {
            this.actor = name;
            return this;
        }

        /** How large a version may be; {@link BlobLimits#DEFAULT} unless set. */
        public Builder limits(BlobLimits blobLimits) {
            this.limits = blobLimits;
            return this;
        }

        /**
         * Opens it, creates or migrates what is there.
         *
         * @throws StorageException where the home cannot be used or belongs to a newer version of the library
         */
        public EdgeModelRegistry build() {
            if (home == null) {
                throw new io.edgeai.core.error.InvalidInputException(
                        "A registry needs a home. Maybe .home(Path.of(\"edge-home\"))?");
            }
            Path folder = home.toAbsolutePath().normalize();
            BlobStore store = BlobStore.open(folder, limits);
            List<AutoCloseable> opened = new ArrayList<>(List.of(store));
            boolean ready = false;
            try {
                Catalog writer = Catalog.open(folder.resolve("registry.db"));
                opened.add(writer);
                Catalog reader = Catalog.open(folder.resolve("registry.db"));
                opened.add(reader);
                Memory memory = new Memory(folder, reader, ticker);
                memory.fresh();
                ready = true;
                return new EdgeModelRegistry(this, folder, store, writer, memory);
            } finally {
                if (!ready) {
                    opened.forEach(Builder::close);
                }
            }
        }

        private static void close(AutoCloseable part) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("Closing a part of a registry that failed to open: {}", e.getMessage());
            }
        }
    }
}
