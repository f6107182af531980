package io.edgeai.core.registry;

import io.edgeai.core.answers.AnswerJournal;
import io.edgeai.core.answers.AnswersFound;
import io.edgeai.core.audit.Checkpoint;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.signing.SigningKey;
import io.edgeai.core.signing.VerifyingKey;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The whole audit as one chain: each entry's hash covers the entry before it, so none can be altered, removed or put
 * elsewhere unseen; signed checkpoints hold the end. Thread-safe; reads what was committed before the call.
 */
public final class History {
    private static final int PAGE = 1000;

    private final Memory memory;
    private final ModelHistories histories;
    private final CheckpointFiles checkpoints;
    private final Clock clock;
    private final Path answers;

    /** @param folder of what all nodes share */
    History(Memory memory, ModelHistories histories, Path home, Path folder, Clock clock) {
        this.memory = memory;
        this.answers = home.resolve("answers");
        this.histories = histories;
        this.checkpoints = new CheckpointFiles(folder.resolve("checkpoints"));
        this.clock = clock;
    }

    /** Hands every entry over, in order. */
    public void forEach(Consumer<AuditEntry> reader) {
        long after = 0;
        while (true) {
            long from = after;
            List<AuditEntry> page = memory.read(catalog -> catalog.audit().page(from, PAGE));
            if (page.isEmpty()) {
                return;
            }
            page.forEach(reader);
            after = page.get(page.size() - 1).sequence();
        }
    }

    /**
     * Which version answered for a model by name at a moment: after the last entry that is dated then or before.
     *
     * @return empty where none did
     * @throws io.edgeai.core.error.ModelIntegrityException where an entry is missing or not as it was written
     */
    public Optional<VersionRef> activeAt(String model, String environment, Instant moment) {
        VersionRef active = null;
        for (AuditEntry entry : histories.of(model)) {
            if (entry.at().isAfter(moment)) {
                break;
            }
            boolean here = entry.environment().isEmpty() || entry.environment().equals(environment);
            if (here && entry.to().isPresent()) {
                if (entry.to().get().answers()) {
                    active = entry.ref();
                } else if (entry.ref().equals(active)) {
                    active = null;
                }
            }
        }
        return Optional.ofNullable(active);
    }

    /**
     * Which version, with which bytes, answered a request, as it was kept in {@code answers} in the home, by whichever process
     * serves there; nothing where none was told to. {@link AnswerJournal#find} looks elsewhere.
     *
     * @param requestId as the client gave it
     */
    public AnswersFound answered(String requestId) {
        return AnswerJournal.find(answers, requestId);
    }

    /**
     * Signs how the history ends now, and keeps that in {@code checkpoints} in the home. Copy it elsewhere as well: who can
     * rewrite the home can delete what lies in it.
     *
     * @throws LifecycleException where nothing has happened yet
     */
    public Checkpoint checkpoint(SigningKey key) {
        Walk walk = new Walk();
        forEach(walk);
        AuditEntry last = walk.last;
        if (last == null) {
            throw new LifecycleException("The history is empty; there is nothing to sign. Maybe register a model.");
        }
        Checkpoint checkpoint = Checkpoint.sign(last.sequence(), last.hash(), clock.instant(), key);
        checkpoints.write(checkpoint);
        return checkpoint;
    }

    /** The checkpoints that are kept in the home, by sequence. */
    public List<Checkpoint> checkpoints() {
        return checkpoints.read();
    }

    /**
     * Recomputes the whole chain, holds it against the checkpoints of the home, and the records against the chain.
     *
     * @param trusted keys whose checkpoints count; a checkpoint of another key is a finding. Empty to trust any
     */
    public ChainReport verify(Set<VerifyingKey> trusted) {
        Walk walk = new Walk();
        List<String> findings = walk.findings;
        long written = 0;
        try {
            written = memory.read(catalog -> catalog.audit().written());
            forEach(walk);
        } catch (EdgeException e) {
            findings.add(String.valueOf(e.getMessage()));
        }
        long end = walk.last == null ? 0 : walk.last.sequence();
        if (end < written) {
            findings.add(
                    "The history ends with entry (" + end + "), but the last that was written is (" + written + ").");
        }
        memory.fresh().damaged().values().forEach(damage -> findings.add(String.valueOf(damage.getMessage())));
        for (Checkpoint checkpoint : checkpoints.read()) {
            check(checkpoint, trusted, walk);
        }
        AuditEntry last = walk.last;
        return new ChainReport(
                walk.entries,
                last == null ? AuditEntry.GENESIS : last.hash(),
                checkpoints.read().size(),
                findings);
    }

    /** All of it as JSON, with how to recompute each hash. */
    public String json() {
        return new AuditExport(this).json();
    }

    /** All of it for people. */
    public String text() {
        return new AuditExport(this).text();
    }

    private static void check(Checkpoint checkpoint, Set<VerifyingKey> trusted, Walk walk) {
        String name = "Checkpoint at entry (" + checkpoint.sequence() + ")";
        if (!checkpoint.genuine()) {
            walk.findings.add(name + " is not signed by the key that it names.");
        } else if (!trusted.isEmpty() && !trusted.contains(VerifyingKey.parse(checkpoint.key()))) {
            walk.findings.add(name + " is signed by a key ("
                    + VerifyingKey.parse(checkpoint.key()).id() + ") that is not trusted.");
        } else if (!walk.hashes.contains(checkpoint.sequence() + " " + checkpoint.hash())) {
            walk.findings.add(name + " states another hash than the history has there, or the history ends before it.");
        }
    }

    /** Follows the links. */
    private static final class Walk implements Consumer<AuditEntry> {
        private final List<String> findings = new ArrayList<>();
        private final Set<String> hashes = new HashSet<>();
        private @Nullable AuditEntry last;
        private long entries;

        @Override
        public void accept(AuditEntry entry) {
            AuditEntry before = last;
            String previous = before == null ? AuditEntry.GENESIS : before.hash();
            String name = "Entry (" + entry.sequence() + ") of (" + entry.ref() + ")";
            if (!entry.hash().equals(entry.computedHash())) {
                findings.add(name + " was altered.");
            }
            if (!entry.previous().equals(previous)) {
                findings.add(name + " does not follow the entry before it: one was removed, added or moved.");
            }
            hashes.add(entry.sequence() + " " + entry.hash());
            last = entry;
            entries++;
        }
    }
}
