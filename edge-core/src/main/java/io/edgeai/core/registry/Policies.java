package io.edgeai.core.registry;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.lifecycle.Permission;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.registry.Journal.Why;
import io.edgeai.core.validation.ModelPolicy;
import java.util.Comparator;
import java.util.List;

/**
 * What the registry itself asks of versions before they get requests, by model and environment. A policy is kept in the audit,
 * so that it says who set it, when and why, and holds for every process that opens the registry, whatever its builder says.
 * Immutable and thread-safe.
 */
public final class Policies {
    /** The environment of a policy that holds in all of them. */
    public static final String EVERYWHERE = "";

    private final Journal journal;
    private final Policing policing;
    private final String actor;

    Policies(Journal journal, Policing policing, String actor) {
        this.journal = journal;
        this.policing = policing;
        this.actor = actor;
    }

    /** The same for another actor. */
    public Policies as(String who) {
        return new Policies(journal, policing, who);
    }

    /** All that are set for a model, by environment; those that ask for nothing any more are left out. */
    public List<StoredPolicy> of(String model) {
        return policing.known().stream()
                .filter(policy ->
                        policy.model().equals(model) && !policy.policy().isNone())
                .sorted(Comparator.comparing(StoredPolicy::environment))
                .toList();
    }

    /**
     * Sets the policy of a model in an environment, in place of the one before. What answers already goes on; what is promoted,
     * made a canary, a shadow or staged, or served by a split from now on meets it first. A way back by rollback stays open.
     *
     * @param environment {@link #EVERYWHERE} for all of them, besides what is set for one
     * @param policy {@link ModelPolicy#none} to ask for nothing any more
     * @throws LifecycleException where the model has no version
     */
    public StoredPolicy set(String model, String environment, ModelPolicy policy, String reason) {
        ModelId id = ModelId.of(model);
        if (!environment.isEmpty()) {
            Lifecycle.requireEnvironment(environment);
        }
        journal.require(actor, Permission.GOVERN, id);
        return journal.write(actor, changes -> {
            List<Entry> versions = changes.view().entries(id.name());
            if (versions.isEmpty()) {
                throw new LifecycleException("Model (" + model
                        + ") has no version yet, and its policy is kept with one. Maybe register one first.");
            }
            Entry last = versions.get(versions.size() - 1);
            return StoredPolicy.of(
                    changes.noted(last, AuditAction.POLICY_SET, new Why(environment, reason, policy.json())));
        });
    }
}
