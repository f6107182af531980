package io.edgeai.core.registry;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.lifecycle.LifecycleTable;
import io.edgeai.core.lifecycle.Move;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Retires the versions of models that a policy does not keep, and erases them when their time is over. The audit keeps all
 * that was done, and is never shortened. Thread-safe.
 */
public final class Retention {
    private final EdgeModelRegistry registry;
    private final RetentionPolicy policy;
    private final Clock clock;

    /** @param clock says what is old; the registry's own is best */
    public Retention(EdgeModelRegistry registry, RetentionPolicy policy, Clock clock) {
        this.registry = registry;
        this.policy = policy;
        this.clock = clock;
    }

    /**
     * What is to be done about a version.
     *
     * @param move {@link Move#RETIRE} or {@link Move#ERASE}
     * @param reason for the audit
     */
    public record Step(VersionRef version, Move move, String reason) {}

    /** What would be done about a model now; changes nothing. */
    public List<Step> plan(String model) {
        List<ModelVersion> versions = registry.versions(model);
        Set<VersionRef> kept = kept(versions);
        Instant now = clock.instant();
        List<Step> steps = new ArrayList<>();
        for (ModelVersion version : versions) {
            VersionRef ref = version.ref();
            if (kept.contains(ref)) {
                continue;
            }
            if (version.stage() == Stage.RETIRED) {
                Optional<Instant> due =
                        policy.erasedAfter().flatMap(time -> retired(ref).map(at -> at.plus(time)));
                if (due.isPresent() && !due.get().isAfter(now)) {
                    String reason =
                            "retired longer than " + days(policy.erasedAfter().orElseThrow());
                    steps.add(new Step(ref, Move.ERASE, reason));
                }
            } else if (retirable(version)
                    && !version.registeredAt().plus(policy.age()).isAfter(now)) {
                String reason = "older than " + days(policy.age()) + " and none of the newest " + policy.newest();
                steps.add(new Step(ref, Move.RETIRE, reason));
            }
        }
        return steps;
    }

    /**
     * Does what {@link #plan} says now. What the registry does not allow any more is left out.
     *
     * @return what was done
     */
    public List<Step> apply(String model) {
        return plan(model).stream().filter(this::done).toList();
    }

    /** False where it was chosen for something meanwhile. */
    private boolean done(Step step) {
        Lifecycle life = registry.lifecycle();
        String reason = "retention: " + step.reason();
        try {
            ModelVersion unused = step.move() == Move.RETIRE
                    ? life.retire(step.version(), reason)
                    : life.erase(step.version(), reason);
            return true;
        } catch (LifecycleException e) {
            return false;
        }
    }

    private static String days(Duration time) {
        return time.toDays() > 0 || time.isZero() ? time.toDays() + " days" : time.toString();
    }

    private static boolean retirable(ModelVersion version) {
        return version.stage() != Stage.QUARANTINED // which people look into
                && LifecycleTable.from(Move.RETIRE).contains(version.stage());
    }

    private Optional<Instant> retired(VersionRef ref) {
        return registry.audit(ref.model().name()).stream()
                .filter(entry -> entry.ref().equals(ref) && entry.action() == AuditAction.RETIRED)
                .map(AuditEntry::at)
                .reduce((earlier, later) -> later);
    }

    private Set<VersionRef> kept(List<ModelVersion> versions) {
        Set<VersionRef> kept = new HashSet<>();
        Map<String, Deployment> back = new HashMap<>();
        Map<String, VersionRef> backTo = new HashMap<>();
        versions.stream()
                .filter(version -> version.stage() != Stage.RETIRED)
                .sorted(Comparator.comparing(ModelVersion::ref).reversed())
                .limit(policy.newest())
                .forEach(version -> kept.add(version.ref()));
        for (ModelVersion version : versions) {
            VersionRef ref = version.ref();
            if (version.tags().containsKey(RetentionPolicy.KEEP)
                    || !registry.annotations().aliases(ref).isEmpty()) {
                kept.add(ref);
            }
            for (Deployment here : registry.deployments(ref)) {
                if (here.stage() == Stage.SUPERSEDED) {
                    Deployment other = back.get(here.environment());
                    if (other == null || other.activation() < here.activation()) {
                        back.put(here.environment(), here);
                        backTo.put(here.environment(), ref);
                    }
                } else if (here.stage() != Stage.ROLLED_BACK) {
                    kept.add(ref);
                }
            }
        }
        kept.addAll(backTo.values());
        for (ModelVersion version : versions) {
            if (kept.contains(version.ref())) {
                version.parent().ifPresent(kept::add);
            }
        }
        return kept;
    }
}
