package io.edgeai.core.registry;

import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All versions as of one point of the history. A model with a damaged record answers nothing but says why; the others are
 * not touched by it. Immutable.
 */
final class Snapshot {
    static final Snapshot EMPTY = new Snapshot(0, Map.of(), Map.of());

    private final long sequence;
    private final Map<String, ModelVersions> models;
    private final Map<String, ModelIntegrityException> damaged;

    private Snapshot(long sequence, Map<String, ModelVersions> models, Map<String, ModelIntegrityException> damaged) {
        this.sequence = sequence;
        this.models = models;
        this.damaged = damaged;
    }

    /** What all versions are after an entry. */
    static Snapshot of(long sequence, List<Entry> all, Map<String, ModelIntegrityException> damaged) {
        Map<String, SortedMap<Integer, Entry>> byModel = new HashMap<>();
        for (Entry entry : all) {
            byModel.computeIfAbsent(entry.ref().model().name(), name -> new TreeMap<>())
                    .put(entry.ref().number(), entry);
        }
        Map<String, ModelVersions> models = new HashMap<>();
        byModel.forEach((name, entries) -> models.put(name, new ModelVersions(entries)));
        return new Snapshot(sequence, models, Map.copyOf(damaged));
    }

    /** The same, of texts that are as they were written. */
    static Snapshot of(long sequence, Map<String, ModelTexts> all) {
        Map<String, ModelVersions> models = new HashMap<>();
        all.forEach((name, texts) -> models.put(name, new ModelVersions(texts)));
        return new Snapshot(sequence, models, Map.of());
    }

    /** The last audit entry whose effect this shows. */
    long sequence() {
        return sequence;
    }

    /** This snapshot after changes; a version that is null is gone. */
    Snapshot with(long newSequence, Map<VersionRef, @Nullable Entry> changed) {
        return with(newSequence, changed, Map.of());
    }

    /** As {@link #with(long, Map)}; a model that was damaged stays so until all is read anew. */
    Snapshot with(
            long newSequence,
            Map<VersionRef, @Nullable Entry> changed,
            Map<String, ModelIntegrityException> newlyDamaged) {
        Map<String, SortedMap<Integer, Entry>> touched = new HashMap<>();
        changed.forEach((ref, entry) -> {
            SortedMap<Integer, Entry> entries =
                    touched.computeIfAbsent(ref.model().name(), this::copy);
            if (entry == null) {
                entries.remove(ref.number());
            } else {
                entries.put(ref.number(), entry);
            }
        });
        Map<String, ModelVersions> next = new HashMap<>(models);
        touched.forEach((name, entries) -> {
            if (entries.isEmpty()) {
                next.remove(name);
            } else {
                next.put(name, new ModelVersions(entries));
            }
        });
        if (newlyDamaged.isEmpty()) {
            return new Snapshot(newSequence, next, damaged);
        }
        Map<String, ModelIntegrityException> all = new HashMap<>(damaged);
        newlyDamaged.forEach(all::putIfAbsent);
        return new Snapshot(newSequence, next, Map.copyOf(all));
    }

    private void requireIntact(String model) {
        if (!damaged.isEmpty()) {
            ModelIntegrityException damage = damaged.get(model);
            if (damage != null) {
                throw new ModelIntegrityException(String.valueOf(damage.getMessage()), damage);
            }
        }
    }

    /** Why a model's records are not as they were written, by model. */
    Map<String, ModelIntegrityException> damaged() {
        return damaged;
    }

    private SortedMap<Integer, Entry> copy(String name) {
        ModelVersions model = models.get(name);
        return model == null ? new TreeMap<>() : new TreeMap<>(model.entries());
    }

    @Nullable
    Entry active(String model) {
        return active(model, EdgeModelRegistry.DEFAULT_ENVIRONMENT);
    }

    @Nullable
    Entry active(String model, String environment) {
        requireIntact(model);
        ModelVersions found = models.get(model);
        if (found == null) {
            return null;
        }
        return environment.equals(EdgeModelRegistry.DEFAULT_ENVIRONMENT)
                ? found.byDefault()
                : found.active().get(environment);
    }

    @Nullable
    Entry canary(String model, String environment) {
        return first(model, entry -> entry.stage(environment) == Stage.CANARY);
    }

    /** The superseded version that was promoted last: what a rollback returns to. */
    @Nullable
    Entry predecessor(String model, String environment) {
        Entry latest = null;
        long promoted = 0;
        for (Entry entry : entries(model)) {
            Deployment here = entry.standing().deployments().get(environment);
            if (here != null && here.stage() == Stage.SUPERSEDED && here.activation() > promoted) {
                latest = entry;
                promoted = here.activation();
            }
        }
        return latest;
    }

    /** The version an alias points at. */
    @Nullable
    Entry aliased(String model, String alias) {
        return first(model, entry -> entry.standing().aliases().contains(alias));
    }

    private @Nullable Entry first(String model, Predicate<Entry> condition) {
        return entries(model).stream().filter(condition).findFirst().orElse(null);
    }

    SortedMap<VersionRef, Deployment> deployed(String model, String environment) {
        SortedMap<VersionRef, Deployment> found = new TreeMap<>();
        for (Entry entry : entries(model)) {
            Deployment here = entry.standing().deployments().get(environment);
            if (here != null) {
                found.put(entry.ref(), here);
            }
        }
        return found;
    }

    /** Sorted by number, erased ones included; empty for an unknown model. */
    List<Entry> entries(String model) {
        requireIntact(model);
        ModelVersions found = models.get(model);
        return found == null ? List.of() : List.copyOf(found.entries().values());
    }

    @Nullable
    Entry entry(VersionRef ref) {
        requireIntact(ref.model().name());
        ModelVersions found = models.get(ref.model().name());
        return found == null ? null : found.entries().get(ref.number());
    }

    /** Damaged ones included. */
    List<String> models() {
        Set<String> names = new TreeSet<>(models.keySet());
        names.addAll(damaged.keySet());
        return List.copyOf(names);
    }

    /** All entries of intact models, sorted by model and number. */
    List<Entry> all() {
        return models().stream()
                .filter(model -> !damaged.containsKey(model))
                .flatMap(model -> entries(model).stream())
                .toList();
    }

    /** @throws ModelNotFoundException naming the versions there are, or models of similar name */
    Entry require(VersionRef ref) {
        Entry entry = entry(ref);
        if (entry != null) {
            return entry;
        }
        List<Entry> others = entries(ref.model().name());
        throw others.isEmpty()
                ? unknown(ref.model().name())
                : new ModelNotFoundException("Model (" + ref.model() + ") has no version (" + ref.number()
                        + "). Maybe one of " + refs(others) + "?");
    }

    Entry requireActive(String model, String environment) {
        Entry entry = active(model, environment);
        if (entry != null) {
            return entry;
        }
        List<Entry> others = entries(model);
        throw others.isEmpty()
                ? unknown(model)
                : new ModelNotFoundException("Model (" + model + ") has no active version"
                        + (environment.equals(EdgeModelRegistry.DEFAULT_ENVIRONMENT)
                                ? ""
                                : " in environment (" + environment + ")")
                        + ". Maybe promote one of " + refs(others) + ".");
    }

    private ModelNotFoundException unknown(String model) {
        List<String> near = NearNames.of(model, models.keySet());
        return new ModelNotFoundException("Model (" + model + ") is not registered. Maybe "
                + (near.isEmpty() ? "register it first." : "one of " + near + "?"));
    }

    /** For messages: the first 20. */
    static List<VersionRef> refs(List<Entry> entries) {
        return entries.stream().map(Entry::ref).limit(20).toList();
    }
}
