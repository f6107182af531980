package io.edgeai.core.registry;

import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All versions as of one point of the history. Immutable. */
final class Snapshot {
    static final Snapshot EMPTY = new Snapshot(0, Map.of());

    private record Model(SortedMap<Integer, Entry> entries, @Nullable Entry active) {}

    private final long sequence;
    private final Map<String, Model> models;

    private Snapshot(long sequence, Map<String, Model> models) {
        this.sequence = sequence;
        this.models = models;
    }

    /** The last audit entry whose effect this shows. */
    long sequence() {
        return sequence;
    }

    /** This snapshot after changes; a version that is null is gone. */
    Snapshot with(long newSequence, Map<VersionRef, @Nullable Entry> changed) {
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
        Map<String, Model> next = new HashMap<>(models);
        touched.forEach((name, entries) -> {
            if (entries.isEmpty()) {
                next.remove(name);
            } else {
                next.put(name, new Model(entries, active(entries)));
            }
        });
        return new Snapshot(newSequence, next);
    }

    private SortedMap<Integer, Entry> copy(String name) {
        Model model = models.get(name);
        return model == null ? new TreeMap<>() : new TreeMap<>(model.entries());
    }

    private static @Nullable Entry active(SortedMap<Integer, Entry> entries) {
        for (Entry entry : entries.values()) {
            if (entry.stage() == Stage.ACTIVE) {
                return entry;
            }
        }
        return null;
    }

    @Nullable
    Entry active(String model) {
        Model found = models.get(model);
        return found == null ? null : found.active();
    }

    /** Sorted by number; empty for an unknown model. */
    List<Entry> entries(String model) {
        Model found = models.get(model);
        return found == null ? List.of() : List.copyOf(found.entries().values());
    }

    @Nullable
    Entry entry(VersionRef ref) {
        Model found = models.get(ref.model().name());
        return found == null ? null : found.entries().get(ref.number());
    }

    List<String> models() {
        return models.keySet().stream().sorted().toList();
    }

    /** All entries, sorted by model and number. */
    List<Entry> all() {
        return models().stream().flatMap(model -> entries(model).stream()).toList();
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

    Entry requireActive(String model) {
        Entry entry = active(model);
        if (entry != null) {
            return entry;
        }
        List<Entry> others = entries(model);
        throw others.isEmpty()
                ? unknown(model)
                : new ModelNotFoundException(
                        "Model (" + model + ") has no active version. Maybe promote one of " + refs(others) + ".");
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
