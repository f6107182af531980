package io.edgeai;

import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.Deployment;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.registry.EvidenceKey;
import io.edgeai.core.rollout.Canary;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint and all others keep of the canaries that the registry records, from one to the next: a run begins with the
 * entry of the audit that made the version a canary, or with the one that made the other active. Thread-safe.
 */
final class RolloutParts implements Keeping<RolloutEvidence> {
    static final String KIND = "canary";

    private final EdgeModelRegistry registry;
    private final String model;
    private final String environment;
    private final String node;
    private @Nullable SharedPart<RolloutEvidence> part;

    RolloutParts(EdgeModelRegistry registry, String model, String environment, String node) {
        this.registry = registry;
        this.model = model;
        this.environment = environment;
        this.node = node;
    }

    /** From now on keeps what concerns these two; gives what this endpoint's place has seen of them. */
    synchronized Optional<Canary.State> turnTo(VersionRef active, VersionRef version) {
        if (active.equals(version)) {
            part = null;
            return Optional.empty();
        }
        long run = run(active, version);
        EvidenceKey key = new EvidenceKey(model, environment, KIND, run, version + " beside " + active);
        SharedPart<RolloutEvidence> next = new SharedPart<>(registry.evidence(), key, node, RolloutEvidence.class);
        registry.evidence().forgetBefore(key);
        Optional<RolloutEvidence> known = next.read().or(() -> earlier(next, active, version));
        part = next;
        return known.map(RolloutEvidence::state);
    }

    private long run(VersionRef active, VersionRef version) {
        Deployment before = registry.deployed(model, environment).get(active);
        return Math.max(
                before == null ? 0 : before.activation(),
                registry.evidence().began(version, environment, Stage.CANARY));
    }

    /** Whether the run that is kept is still the one of these two: a canary may have been ended and begun again meanwhile. */
    synchronized boolean current(VersionRef active, VersionRef version) {
        SharedPart<RolloutEvidence> now = part;
        return now == null || now.key().run() == run(active, version);
    }

    /** What an earlier version of the library kept in a file, once. */
    private Optional<RolloutEvidence> earlier(SharedPart<RolloutEvidence> next, VersionRef active, VersionRef version) {
        StateFile<RolloutEvidence> file = RolloutEvidence.file(registry, model, environment);
        if (next.begun()) {
            return Optional.empty();
        }
        return file.take().filter(kept -> kept.goesOn(active, version));
    }

    @Override
    public Optional<RolloutEvidence> read() {
        return Optional.empty();
    }

    @Override
    public synchronized void write(RolloutEvidence state) {
        if (part != null && !state.alone()) {
            part.write(state);
        }
    }

    @Override
    public synchronized void delete() {
        if (part != null) {
            part.delete();
        }
    }

    @Override
    public synchronized List<RolloutEvidence> others() {
        return part == null ? List.of() : part.others();
    }
}
