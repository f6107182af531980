package io.edgeai.core.registry;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.event.StageChanged;
import io.edgeai.core.lifecycle.AccessPolicy;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.signing.VerifyingKey;
import io.edgeai.core.store.BlobLimits;
import io.edgeai.core.store.BlobStore;
import io.edgeai.core.store.Disk;
import io.edgeai.core.validation.ValidationGate;
import io.edgeai.core.validation.ValidationGates;
import io.edgeai.core.validation.ValidationReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps model versions: immutable bytes under {@code name@number} with a stage, a lineage and an audit, in one home
 * folder (SQLite and files named by their SHA-256), or, for many nodes, records in PostgreSQL and bytes in a folder that
 * all of them see.
 *
 * <p>Guarantees: when {@link #register} returns, bytes and record survive {@code kill -9} and a power cut, and no reader
 * ever sees a record without its bytes. Numbers of a model count from 1 and are never reused. At most one version of a
 * model is {@link Stage#ACTIVE}. Registering equal bytes again gives a new number that shares the stored bytes: a
 * version is an event with its own tags, lineage and life.
 *
 * <p>Any number of registries, in one process or several, may open the same home or database; writers wait for each other
 * up to 30 s, then fail with a {@link StorageException} that is retriable. {@link #active} and {@link #findActive} answer
 * from memory and show what other registries did after one second at the latest; every other call shows all that was
 * committed before it. {@link #follow} has it told. Thread-safe. Closing twice does nothing.
 */
public final class EdgeModelRegistry implements AutoCloseable {
    /** The environment of all calls that name none. */
    public static final String DEFAULT_ENVIRONMENT = "default";

    private static final Logger LOG = LoggerFactory.getLogger(EdgeModelRegistry.class);

    private final Path home;
    private final String actor;
    private final Bytes bytes;
    private final Memory memory;
    private final Journal journal;
    private final VersionFiles files;
    private final Lifecycle lifecycle;
    private final ModelHistories histories;
    private final History history;
    private final Exchange exchange;
    private final Intake intake;
    private final Inquiries inquiries;
    private final Upkeep upkeep;
    private final Dialect dialect;
    private final SharedEvidence evidence;
    private final Policing policing;

    private EdgeModelRegistry(Builder builder, Path home, Bytes bytes, Dialect dialect, Catalog writer, Memory memory) {
        this.home = home;
        this.dialect = dialect;
        this.evidence = new SharedEvidence(dialect, builder.clock);
        this.actor = builder.actor;
        BlobStore store = bytes.store();
        this.bytes = bytes;
        this.memory = memory;
        this.journal = new Journal(writer, memory, builder.clock, builder.events, builder.access);
        this.files = new VersionFiles(store, memory, home);
        this.policing = new Policing(memory, files);
        this.lifecycle = new Lifecycle(journal, files, policing, builder.gates, actor, DEFAULT_ENVIRONMENT);
        this.histories = new ModelHistories(memory);
        this.history = new History(memory, histories, home, builder.folder(home), builder.clock);
        this.exchange = new Exchange(memory, journal, bytes.stager(), store, files, actor);
        this.intake = new Intake(memory, journal, bytes.stager(), store, actor);
        this.inquiries = new Inquiries(memory, histories);
        this.upkeep = new Upkeep(memory, journal, store, actor);
        lifecycle.sweep(store);
        files.removeErased();
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
        return intake.register(model, file, spec);
    }

    /** Stores the bytes of a self-contained ONNX model; otherwise as {@link #register(String, Path, Consumer)}. */
    public ModelVersion register(String model, byte[] onnx, Consumer<Registration> spec) {
        return intake.register(model, onnx, spec);
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

    /** All versions of a model that are not erased, by number; empty where there is no such model. */
    public List<ModelVersion> versions(String model) {
        return inquiries.versions(model);
    }

    /** Names of all models that have a version which is not erased, sorted; those with damaged records included. */
    public List<ModelId> models() {
        return inquiries.models();
    }

    /** What a version is in each environment that it was chosen for, by environment; its erased and retired ones in none. */
    public List<Deployment> deployments(VersionRef ref) {
        return List.copyOf(entry(ref).standing().deployments().values());
    }

    /** What is chosen for an environment: what each such version is there, sorted by version. */
    public SortedMap<VersionRef, Deployment> deployed(String model, String environment) {
        return memory.fresh().deployed(model, environment);
    }

    /** The version that answers for a model. From memory: no lock, no I/O, about as fast as a map look-up. */
    public ModelVersion active(String model) {
        return active(model, DEFAULT_ENVIRONMENT);
    }

    /** As {@link #active(String)}, in an environment. */
    public ModelVersion active(String model, String environment) {
        return memory.recent().requireActive(model, environment).version();
    }

    /** As {@link #active}, empty where there is none. */
    public Optional<ModelVersion> findActive(String model) {
        Entry entry = memory.recent().active(model);
        return entry == null ? Optional.empty() : Optional.of(entry.version());
    }

    /** As {@link #findActive(String)}, in an environment. */
    public Optional<ModelVersion> findActive(String model, String environment) {
        return Optional.ofNullable(memory.recent().active(model, environment)).map(Entry::version);
    }

    /** As {@link #find}, from memory as {@link #findActive}. */
    public Optional<ModelVersion> findRecent(VersionRef ref) {
        return Optional.ofNullable(memory.recent().entry(ref)).map(Entry::version);
    }

    /**
     * From now on publishes what other registries do as well, each {@link StageChanged} once and in order, and lets
     * {@link #active} show it as soon: with PostgreSQL when it is told, within a quarter of a second with SQLite. Takes a
     * thread, and with PostgreSQL a connection, until this is closed. Calling it again does nothing.
     */
    public void follow() {
        journal.follow(dialect::watch);
    }

    /** The chain of derivation that ends in a version: the original first, the version itself last. */
    public List<ModelVersion> lineage(VersionRef ref) {
        return inquiries.lineage(ref);
    }

    /** The versions derived directly from a version, sorted. */
    public List<ModelVersion> children(VersionRef ref) {
        return inquiries.children(ref);
    }

    /**
     * Where a version's bytes lie, after hashing them again: what an engine opens, be it a file or a folder. Hashing is
     * skipped where this registry has verified them before and size, time and identity of the files are unchanged.
     *
     * @throws ModelIntegrityException where the bytes are missing or not those registered
     */
    public Path file(VersionRef ref) {
        return files.file(ref);
    }

    /** Moves versions through their life, as this registry's actor in the default environment. */
    public Lifecycle lifecycle() {
        return lifecycle;
    }

    /** {@link Lifecycle#promote} in the default environment. */
    public ModelVersion promote(VersionRef ref, String reason) {
        return lifecycle.promote(ref, reason);
    }

    /** {@link Lifecycle#rollback} in the default environment. */
    public ModelVersion rollback(String model, String reason) {
        return lifecycle.rollback(model, reason);
    }

    /** {@link Lifecycle#retire}. */
    public ModelVersion retire(VersionRef ref, String reason) {
        return lifecycle.retire(ref, reason);
    }

    /** Where requests may be kept for a version to answer before it gets traffic; goes when the version is erased. */
    public Path warmUps(VersionRef ref) {
        return files.warmUps(ref);
    }

    /** {@link Lifecycle#erase}. */
    public ModelVersion erase(VersionRef ref, String reason) {
        return lifecycle.erase(ref, reason);
    }

    /**
     * All that was done to a model's versions, erased ones included, in order. The first call computes the whole chain, some
     * microseconds an entry.
     *
     * @throws ModelIntegrityException where an entry, of any model, is missing or not as it was written
     */
    public List<AuditEntry> audit(String model) {
        return histories.of(model);
    }

    /** Aliases, tags, notes and signatures, as this registry's actor. */
    public Annotations annotations() {
        return new Annotations(journal, actor);
    }

    /** The versions of intact models that meet all conditions, sorted; erased ones only where the query asks for them. */
    public List<ModelVersion> search(VersionQuery query) {
        return inquiries.search(query);
    }

    /** What two versions differ in. */
    public VersionComparison compare(VersionRef left, VersionRef right) {
        return inquiries.compare(left, right);
    }

    /** What a version came from and all that came from the same original. */
    public LineageGraph lineageGraph(VersionRef ref) {
        return inquiries.lineageGraph(ref);
    }

    /** All that is recorded of a version, for people. */
    public ModelCard card(VersionRef ref) {
        return inquiries.card(ref);
    }

    /** The audit of all models as one chain of hashes. */
    public History history() {
        return history;
    }

    /** What the registry asks of versions before they get requests, as this registry's actor. */
    public Policies policies() {
        return new Policies(journal, policing, actor);
    }

    /** What the processes that serve have seen of canaries and shadows, shared by all that use this registry. */
    public SharedEvidence evidence() {
        return evidence;
    }

    /** {@link #verify(Progress)} without listening. */
    public VerificationReport verify() {
        return verify(Progress.NONE);
    }

    /** Hashes the bytes of every version again; shared bytes once. */
    public VerificationReport verify(Progress progress) {
        return upkeep.verify(progress);
    }

    /**
     * Deletes bytes that no version refers to: those of registrations that crashed just before their record. Registrations
     * wait meanwhile, in every process.
     *
     * @return bytes freed
     */
    public long gc() {
        return upkeep.gc();
    }

    /**
     * Writes versions with their bytes to a ZIP file that {@link #importFrom(Path)} reads.
     *
     * @throws ModelIntegrityException where bytes to export are damaged
     */
    public void exportTo(Path zip, List<VersionRef> refs) {
        exchange.toZip(zip, refs);
    }

    /**
     * Writes versions with their bytes as an OCI image layout: a tar where the name ends in {@code .tar}, else a folder, which
     * may be a layout already. An export to a folder that was interrupted goes on where it was.
     *
     * @throws ModelIntegrityException where bytes to export are damaged
     */
    public void exportOci(Path layout, List<VersionRef> refs) {
        exchange.toOci(layout, refs);
    }

    /**
     * Registers the versions of an export, ZIP file or OCI image layout. Each keeps its number where that is above all numbers
     * its model ever had here, is recognized where the same number has the same bytes, and gets the next free number otherwise;
     * stages are not taken over. Bytes are checked against their digests, under the registry's {@link BlobLimits}.
     *
     * @return the version here for each version there
     * @throws io.edgeai.core.error.ModelFormatException where it is no such export, is damaged or not whole
     */
    public Map<VersionRef, ModelVersion> importFrom(Path source) {
        return importFrom(source, List.of());
    }

    /**
     * {@link #importFrom(Path)} of what is signed.
     *
     * @param trusted keys one of which must have signed each version; empty for taking unsigned ones too
     * @throws ModelIntegrityException where a version is not signed by any of them
     */
    public Map<VersionRef, ModelVersion> importFrom(Path source, List<VerifyingKey> trusted) {
        return exchange.from(source, trusted);
    }

    /** Waits for a write in progress, then frees files and connections. */
    @Override
    public void close() {
        journal.close(() -> {
            evidence.close();
            bytes.close();
        });
    }

    private Entry entry(VersionRef ref) {
        return memory.fresh().require(ref);
    }

    /** Settings of a registry; {@link #home} is the only one without a default. */
    public static final class Builder {
        private @Nullable Path home;
        private @Nullable Path blobs;
        private @Nullable BlobStore store;
        private @Nullable Dialect database;
        private Clock clock = Clock.systemUTC();
        private Ticker ticker = Ticker.system();
        private EventBus events =
                new EventBus((event, failure) -> LOG.warn("A subscriber failed on {}", event, failure));
        private String actor = System.getProperty("user.name", "unknown");
        private BlobLimits limits = BlobLimits.DEFAULT;
        private AccessPolicy access = AccessPolicy.OPEN;
        private List<ValidationGate> gates = ValidationGates.standard();

        private Builder() {}

        /** The folder that holds everything; created where missing. */
        public Builder home(Path folder) {
            this.home = folder;
            return this;
        }

        /**
         * Keeps the records in PostgreSQL instead of SQLite in the home, for nodes that share them: one registry in each
         * schema. Every node needs {@link #blobs} that all of them see. Needs the dependency {@code org.postgresql:postgresql}.
         *
         * @param url {@code jdbc:postgresql://host/database?user=…&currentSchema=…}, with the driver's settings; a password
         *     is better kept in {@code ~/.pgpass}
         * @throws io.edgeai.core.error.InvalidInputException where it is of another kind of database
         */
        public Builder database(String url) {
            this.database = PostgresDialect.of(url);
            return this;
        }

        /** As {@link #database(String)}, by connections of a source, of which two, three when following, are kept open. */
        public Builder database(DataSource postgres) {
            this.database = PostgresDialect.of(postgres);
            return this;
        }

        /** The folder of the bytes and of the signed ends of the history; the home unless set. */
        public Builder blobs(Path folder) {
            this.blobs = folder;
            return this;
        }

        /**
         * Keeps the bytes in a store of yours, e.g. an {@link io.edgeai.core.store.ObjectBlobStore}, in place of a folder; its
         * opener closes it, after the registry. What is registered is staged in the home; signed ends of the history stay in the
         * home of each node.
         */
        public Builder blobs(BlobStore blobStore) {
            this.store = blobStore;
            return this;
        }

        private Path folder(Path absoluteHome) {
            return blobs == null ? absoluteHome : blobs.toAbsolutePath().normalize();
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

        /** Who may do what; everybody everything unless set. */
        public Builder access(AccessPolicy policy) {
            this.access = policy;
            return this;
        }

        /**
         * What a version passes before its first requests where nobody validated it; {@link ValidationGates#standard} unless
         * set.
         */
        public Builder gates(List<ValidationGate> validationGates) {
            ValidationReport.requireSome(validationGates);
            this.gates = List.copyOf(validationGates);
            return this;
        }

        /**
         * Opens it, creates or migrates what is there.
         *
         * @throws StorageException where the home cannot be used or belongs to a newer version of the library
         */
        public EdgeModelRegistry build() {
            if (home == null) {
                throw new InvalidInputException("A registry needs a home. Maybe .home(Path.of(\"edge-home\"))?");
            }
            if (blobs != null && store != null) {
                throw new InvalidInputException(
                        "The bytes were given two places (" + blobs + ", " + store + "). Maybe leave one out.");
            }
            Path folder = made(home.toAbsolutePath().normalize());
            Dialect dialect = database == null ? new SqliteDialect(folder.resolve("registry.db")) : database;
            Bytes bytes = Bytes.open(folder, folder(folder), store, limits);
            List<AutoCloseable> opened = new ArrayList<>(List.of(bytes));
            boolean ready = false;
            try {
                Catalog writer = Catalog.open(dialect);
                opened.add(writer);
                Catalog reader = Catalog.open(dialect);
                opened.add(reader);
                Memory memory = new Memory(folder, reader, ticker);
                memory.fresh();
                ready = true;
                return new EdgeModelRegistry(this, folder, bytes, dialect, writer, memory);
            } finally {
                if (!ready) {
                    opened.forEach(Builder::close);
                }
            }
        }

        private static Path made(Path folder) {
            try {
                Disk.createFolders(folder);
                return folder;
            } catch (IOException e) {
                throw new StorageException(
                        "Cannot make the home (" + folder + "): " + e + ". Maybe its parent is not writable.", e);
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
