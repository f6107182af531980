package io.edgeai.core.registry;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.lifecycle.Move;
import io.edgeai.core.lifecycle.Permission;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.Journal.Why;
import io.edgeai.core.store.Blob;
import io.edgeai.core.store.BlobStore;
import io.edgeai.core.validation.Candidate;
import io.edgeai.core.validation.ValidationGate;
import io.edgeai.core.validation.ValidationReport;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Moves versions from stage to stage, as one actor in one environment. Each move is checked against
 * {@link io.edgeai.core.lifecycle.LifecycleTable}, takes one durable transaction, and leaves an audit entry with who, when,
 * why and the evidence. What is refused changes nothing. Immutable and thread-safe.
 */
public final class Lifecycle {
    private static final Pattern ENVIRONMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final Journal journal;
    private final VersionFiles files;
    private final Policing policing;
    private final List<ValidationGate> gates;
    private final String actor;
    private final String environment;

    Lifecycle(
            Journal journal,
            VersionFiles files,
            Policing policing,
            List<ValidationGate> gates,
            String actor,
            String environment) {
        this.policing = policing;
        this.journal = journal;
        this.files = files;
        this.gates = gates;
        this.actor = actor;
        this.environment = environment;
    }

    /** The same for another actor. */
    public Lifecycle as(String who) {
        return new Lifecycle(journal, files, policing, gates, who, environment);
    }

    /**
     * The same in another environment.
     *
     * @param name 1 to 64 characters: ASCII letters, digits, {@code . _ -}, beginning with a letter or digit
     */
    public Lifecycle in(String name) {
        requireEnvironment(name);
        return new Lifecycle(journal, files, policing, gates, actor, name);
    }

    static void requireEnvironment(String name) {
        if (!ENVIRONMENT.matcher(name).matches()) {
            throw new InvalidInputException("Environment (" + name + ") is not valid. Maybe use 1 to 64 letters,"
                    + " digits, '.', '_' or '-', beginning with a letter or digit.");
        }
    }

    public String actor() {
        return actor;
    }

    public String environment() {
        return environment;
    }

    /** {@link #validate(VersionRef, List)} with the gates of the registry. */
    public ValidationReport validate(VersionRef ref) {
        return validate(ref, gates);
    }

    /**
     * Runs gates, and before them those of the {@linkplain Policies policies} that hold in this environment; the version is {@link Stage#VALIDATING} meanwhile and {@link Stage#VALIDATED} or {@link Stage#REJECTED}
     * afterwards, with the report as evidence in the audit. Where this process dies meanwhile it can be validated again.
     *
     * @throws LifecycleException where the stage does not allow it, or another validation decided meanwhile
     */
    public ValidationReport validate(VersionRef ref, List<ValidationGate> these) {
        allow(Permission.VALIDATE, ref);
        ValidationReport.requireSome(these);
        Entry before = journal.memory().fresh().require(ref);
        Stage running = Transitions.after(before, environment, Move.VALIDATE, Snapshot.EMPTY);
        Candidate candidate = files.candidate(ref);
        Entry validating = journal.write(actor, changes -> changes.move(changes.require(ref), Move.VALIDATE, why("")));
        assert validating.stage() == running;
        List<StoredPolicy> policies = policing.of(before, environment);
        ValidationReport report = ValidationReport.of(candidate, with(policies, these));
        journal.<Entry>write(actor, changes -> decide(changes, changes.require(ref), report, policies));
        return report;
    }

    private static List<ValidationGate> with(List<StoredPolicy> policies, List<ValidationGate> gates) {
        List<ValidationGate> all = new ArrayList<>();
        policies.forEach(policy -> all.addAll(policy.policy().gates()));
        all.addAll(gates);
        return all;
    }

    private Entry decide(Journal.Changes changes, Entry entry, ValidationReport report, List<StoredPolicy> policies)
            throws SQLException {
        Entry decided = changes.move(
                entry,
                report.passed() ? Move.ACCEPT : Move.REJECT,
                new Why(environment, report.summary(), report.json()));
        if (report.passed()) {
            for (StoredPolicy policy : policies) {
                Policing.note(changes, decided, policy, report);
            }
        }
        return decided;
    }

    /**
     * Makes sure that a version may get traffic: one that nobody validated passes the registry's gates now, and one that does not
     * meet the {@linkplain Policies policies} that hold in this environment theirs.
     *
     * @throws LifecycleException where it was rejected, now or before, or is quarantined, retired or erased
     */
    public ModelVersion admit(VersionRef ref) {
        Entry entry = journal.memory().fresh().require(ref);
        Stage base = entry.standing().base();
        if (base == Stage.VALIDATED) {
            comply(entry);
            return entry.version();
        }
        if (base != Stage.REGISTERED && base != Stage.VALIDATING) {
            throw new LifecycleException("Version (" + ref + ") is (" + base + ") and gets no requests. Maybe serve"
                    + " another version, or see 'audit' for why.");
        }
        allow(Permission.VALIDATE, ref);
        List<StoredPolicy> policies = policing.of(entry, environment);
        ValidationReport report = ValidationReport.of(files.candidate(ref), with(policies, gates));
        Entry decided = journal.write(actor, changes -> {
            Entry now = changes.require(ref);
            // Somebody else may have decided meanwhile.
            return now.standing().base() == Stage.VALIDATED
                    ? now
                    : decide(
                            changes,
                            changes.move(now, Move.VALIDATE, why("before its first requests")),
                            report,
                            policies);
        });
        if (decided.standing().base() == Stage.REJECTED) {
            throw new LifecycleException("Version (" + ref + ") was rejected: " + report.summary()
                    + " Maybe register a repaired version, or validate with other gates.");
        }
        comply(decided);
        return decided.version();
    }

    /** Passes the gates of policies that it has yet to pass. */
    private void comply(Entry entry) {
        for (StoredPolicy policy : policing.unmet(entry, environment)) {
            allow(Permission.VALIDATE, entry.ref());
            ValidationReport report = policing.pass(entry, policy);
            Entry met = journal.write(actor, changes -> {
                Policing.note(changes, changes.require(entry.ref()), policy, report);
                return entry;
            });
            assert met.equals(entry);
        }
    }

    /** A change of what gets requests, which waits until the version meets what is asked of it. */
    private ModelVersion deployed(VersionRef ref, Move move, Journal.Write<ModelVersion> work) {
        while (true) {
            Optional<ModelVersion> done = journal.write(actor, changes -> {
                Entry entry = changes.require(ref);
                Transitions.after(entry, environment, move, changes.view());
                changes.requireThawed(ref.model(), environment);
                return policing.unmet(changes, entry, environment).isEmpty()
                        ? Optional.of(work.run(changes))
                        : Optional.empty();
            });
            if (done.isPresent()) {
                return done.get();
            }
            comply(journal.memory().fresh().require(ref));
        }
    }

    /**
     * Notes in the audit of each version that an experiment or a bandit begins to give it requests.
     *
     * @param versions of one model, at least one
     * @param what e.g. {@code an experiment}
     * @param evidence how it deals, as JSON
     */
    public void beginTrial(List<VersionRef> versions, String what, String evidence) {
        noteTrial(versions, AuditAction.TRIAL_BEGUN, what, evidence);
    }

    /** As {@link #beginTrial}, of one that is over; {@code what} says why. */
    public void endTrial(List<VersionRef> versions, String what) {
        noteTrial(versions, AuditAction.TRIAL_ENDED, what, "");
    }

    private void noteTrial(List<VersionRef> versions, AuditAction action, String what, String evidence) {
        versions.forEach(ref -> allow(Permission.DEPLOY, ref));
        int noted = journal.write(actor, changes -> {
            for (VersionRef ref : versions) {
                AuditEntry entry = changes.noted(changes.require(ref), action, new Why(environment, what, evidence));
                assert entry.ref().equals(ref);
            }
            return versions.size();
        });
        assert noted == versions.size();
    }

    /** Chooses a validated version for the environment, without traffic yet. */
    public ModelVersion stage(VersionRef ref, String reason) {
        return deploy(ref, Move.STAGE, 0, reason);
    }

    /** Lets a validated version see copies of the requests. */
    public ModelVersion shadow(VersionRef ref, String reason) {
        return deploy(ref, Move.SHADOW, 0, reason);
    }

    /**
     * Gives a validated version a share of the requests beside the active one, or changes its share.
     *
     * @param percent 1 to 99
     * @throws LifecycleException where nothing is active there, or another version is the canary
     */
    public ModelVersion canary(VersionRef ref, int percent, String reason) {
        if (percent < 1 || percent > 99) {
            throw new InvalidInputException(
                    "A canary's share (" + percent + " %) is not from 1 to 99. Maybe promote it instead.");
        }
        return deploy(ref, Move.CANARY, percent, reason);
    }

    private ModelVersion deploy(VersionRef ref, Move move, int percent, String reason) {
        allow(move.permission(), ref);
        return deployed(ref, move, changes -> {
            if (move == Move.CANARY) {
                requirePlaceForCanary(changes, ref);
            }
            return changes.move(changes.require(ref), move, percent, why(reason))
                    .version();
        });
    }

    private void requirePlaceForCanary(Journal.Changes changes, VersionRef ref) throws SQLException {
        if (changes.view().active(ref.model().name(), environment) == null) {
            throw new LifecycleException("Model (" + ref.model() + ") has no active version beside which (" + ref
                    + ") could be a canary. Maybe promote one first.");
        }
        Entry other = changes.view().canary(ref.model().name(), environment);
        if (other != null && !other.ref().equals(ref)) {
            throw new LifecycleException("Model (" + ref.model() + ") has the canary (" + other.ref()
                    + ") already. Maybe roll that one back or promote it first.");
        }
    }

    /**
     * Makes a version the one that answers; the one that did becomes {@link Stage#SUPERSEDED} in the same transaction. A
     * version that nobody validated passes the registry's gates first.
     *
     * @throws LifecycleException where a gate or the stage does not allow it
     */
    public ModelVersion promote(VersionRef ref, String reason) {
        allow(Move.PROMOTE.permission(), ref);
        Stage base = journal.memory().fresh().require(ref).standing().base();
        if (base == Stage.REGISTERED || base == Stage.VALIDATING) {
            ModelVersion admitted = admit(ref);
            assert admitted.ref().equals(ref);
        }
        return deployed(ref, Move.PROMOTE, changes -> {
            Entry before = changes.view().active(ref.model().name(), environment);
            if (before != null) {
                Entry superseded = changes.move(before, Move.SUPERSEDE, why("by " + ref + ": " + reason));
                assert superseded.stage(environment) == Stage.SUPERSEDED;
            }
            return changes.move(changes.require(ref), Move.PROMOTE, why(reason)).version();
        });
    }

    /** Notes that something is wrong with the active version; it goes on answering. */
    public ModelVersion degrade(VersionRef ref, String reason) {
        return move(ref, Move.DEGRADE, reason);
    }

    /** Takes {@link #degrade} back. */
    public ModelVersion recover(VersionRef ref, String reason) {
        return move(ref, Move.RECOVER, reason);
    }

    /** Takes a version that does not answer by name out of the environment. */
    public ModelVersion withdraw(VersionRef ref, String reason) {
        return move(ref, Move.WITHDRAW, reason);
    }

    /** Takes a version out of use for good; its bytes are kept. */
    public ModelVersion retire(VersionRef ref, String reason) {
        return move(ref, Move.RETIRE, reason);
    }

    private ModelVersion move(VersionRef ref, Move move, String reason) {
        allow(move.permission(), ref);
        return journal.write(actor, changes -> changes.move(changes.require(ref), move, why(reason))
                .version());
    }

    /**
     * Goes back to the version that was active before the present one; repeated, further back. Versions that were rolled
     * back, retired, erased or quarantined are passed over. A freeze does not hinder it.
     *
     * @return the version that answers now
     * @throws LifecycleException where nothing is active or nothing was before
     */
    public ModelVersion rollback(String model, String reason) {
        return rollback(ModelId.of(model), null, reason);
    }

    /**
     * As {@link #rollback(String, String)}, from a version that answers now.
     *
     * @throws LifecycleException also where another answers, because somebody else was faster
     */
    public ModelVersion rollback(VersionRef answering, String reason) {
        return rollback(answering.model(), answering, reason);
    }

    private ModelVersion rollback(ModelId id, @Nullable VersionRef answering, String reason) {
        String model = id.name();
        journal.require(actor, Permission.DEPLOY, id);
        return journal.write(actor, changes -> {
            Snapshot view = changes.view();
            Entry now = view.active(model, environment);
            if (answering != null && (now == null || !now.ref().equals(answering))) {
                throw new LifecycleException("Version (" + answering + ") does not answer in (" + environment + "), "
                        + (now == null ? "nor does another" : now.ref() + " does")
                        + ". Maybe it was rolled back already.");
            }
            if (now == null) {
                throw new LifecycleException(
                        "Model (" + model + ") has no active version to roll back. Maybe promote one.");
            }
            Entry before = view.predecessor(model, environment);
            if (before == null) {
                throw new LifecycleException("Model (" + model + ") had no active version before (" + now.ref()
                        + "). Maybe promote one of "
                        + Snapshot.refs(view.entries(model).stream()
                                .filter(other -> !other.ref().equals(now.ref()))
                                .toList())
                        + ".");
            }
            Entry left = changes.move(now, Move.ROLL_BACK, why("to " + before.ref() + ": " + reason));
            return changes.move(before, Move.PROMOTE, why("rolled back from " + left.ref() + ": " + reason))
                    .version();
        });
    }

    /** Takes a canary back; the active version answers alone again. */
    public ModelVersion rollbackCanary(VersionRef ref, String reason) {
        allow(Permission.DEPLOY, ref);
        return journal.write(actor, changes -> {
            Entry entry = changes.require(ref);
            if (entry.stage(environment) != Stage.CANARY) {
                throw new LifecycleException("Version (" + ref + ") is (" + entry.stage(environment)
                        + ") and no canary. Maybe roll the model back instead.");
            }
            return changes.move(entry, Move.ROLL_BACK, why(reason)).version();
        });
    }

    /**
     * Destroys a retired version's bytes, unless another version has the same, with what engines made of them and the
     * requests kept for its warm-up in this home; its record stays. When this returns, all that is gone; where the process
     * dies meanwhile, it goes when the registry is opened next.
     *
     * @throws LifecycleException unless it is {@link Stage#RETIRED}
     */
    public ModelVersion erase(VersionRef ref, String reason) {
        allow(Permission.ERASE, ref);
        ModelVersion erased = journal.write(actor, changes -> {
            Entry entry = changes.require(ref);
            Entry after = changes.move(entry, Move.ERASE, why(entry.version().digest() + ": " + reason));
            changes.catalog().doom(after.blob());
            return after.version();
        });
        sweep(files.store());
        files.removeErased();
        return erased;
    }

    /** Deletes the bytes of erased versions that no other version refers to. */
    void sweep(BlobStore store) {
        if (journal.memory().read(Catalog::doomed).isEmpty()) {
            return;
        }
        journal.<Integer>write(actor, changes -> {
            List<Blob> doomed = changes.catalog().doomed();
            for (Blob blob : doomed) {
                if (!changes.catalog().referenced().contains(blob)) {
                    store.delete(blob);
                }
                changes.catalog().spare(blob);
            }
            return doomed.size();
        });
    }

    /**
     * Puts a version under suspicion: from now on nobody opens it, whatever it was. Where it answered, the version that did
     * before it answers again, or none.
     */
    public ModelVersion quarantine(VersionRef ref, String reason) {
        allow(Permission.QUARANTINE, ref);
        return journal.write(actor, changes -> {
            Entry entry = changes.require(ref);
            Entry after = changes.move(entry, Move.QUARANTINE, why(reason));
            for (Deployment deployment : entry.standing().deployments().values()) {
                if (deployment.stage().answers()) {
                    restore(changes, ref, deployment.environment(), reason);
                }
            }
            return after.version();
        });
    }

    private static void restore(Journal.Changes changes, VersionRef ref, String where, String reason)
            throws SQLException {
        Entry before = changes.view().predecessor(ref.model().name(), where);
        if (before != null) {
            Entry restored = changes.move(before, Move.PROMOTE, new Why(where, "quarantined " + ref + ": " + reason));
            assert restored.stage(where) == Stage.ACTIVE;
        }
    }

    /** Lifts a suspicion; the version begins anew as {@link Stage#REGISTERED}. */
    public ModelVersion release(VersionRef ref, String reason) {
        return move(ref, Move.RELEASE, reason);
    }

    /**
     * Pins the version that answers: until {@link #thaw}, nothing there is staged, shadowed, made a canary or promoted;
     * rollback and quarantine go on.
     *
     * @return the version that is pinned
     * @throws LifecycleException where none answers, or it is frozen already
     */
    public ModelVersion freeze(String model, String reason) {
        return pin(model, true, reason);
    }

    /** Ends a {@link #freeze}. */
    public ModelVersion thaw(String model, String reason) {
        return pin(model, false, reason);
    }

    private ModelVersion pin(String model, boolean frozen, String reason) {
        ModelId id = ModelId.of(model);
        journal.require(actor, Permission.FREEZE, id);
        return journal.write(actor, changes -> {
            Entry active = changes.view().active(id.name(), environment);
            if (active == null) {
                throw new LifecycleException("Model (" + model + ") has no active version in environment ("
                        + environment + ") to " + (frozen ? "freeze" : "thaw") + ". Maybe promote one.");
            }
            SortedMap<String, Deployment> deployments =
                    new TreeMap<>(active.standing().deployments());
            Deployment now = deployments.get(environment);
            if (now == null || now.frozen() == frozen) {
                throw new LifecycleException("Model (" + model + ") is " + (frozen ? "frozen already" : "not frozen")
                        + " in environment (" + environment + "). Maybe in another one?");
            }
            Deployment next = new Deployment(environment, now.stage(), now.percent(), frozen, now.activation());
            return changes.note(
                            active.with(active.standing().with(next)),
                            frozen ? AuditAction.FROZEN : AuditAction.THAWED,
                            why(reason))
                    .version();
        });
    }

    private Why why(String reason) {
        boolean unsaid = reason.endsWith(": ");
        return new Why(environment, unsaid ? reason.substring(0, reason.length() - 2) : reason);
    }

    private void allow(Permission permission, VersionRef ref) {
        journal.require(actor, permission, ref.model());
    }
}
