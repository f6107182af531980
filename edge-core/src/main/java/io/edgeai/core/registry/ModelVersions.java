package io.edgeai.core.registry;

import io.edgeai.core.concurrent.Once;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A model's versions in a snapshot, by number, and which of them answer. Immutable and thread-safe; what was read as texts
 * becomes objects when it is first asked for.
 */
final class ModelVersions {
    private record Entries(SortedMap<Integer, Entry> all, Map<String, Entry> active, @Nullable Entry byDefault) {
        static Entries of(SortedMap<Integer, Entry> all) {
            Map<String, Entry> active = new HashMap<>();
            for (Entry entry : all.values()) {
                for (Deployment deployment : entry.standing().deployments().values()) {
                    if (deployment.stage().answers()) {
                        active.put(deployment.environment(), entry);
                    }
                }
            }
            return new Entries(all, Map.copyOf(active), active.get(EdgeModelRegistry.DEFAULT_ENVIRONMENT));
        }
    }

    private final Once<Entries> entries;

    ModelVersions(SortedMap<Integer, Entry> all) {
        Entries known = Entries.of(all);
        this.entries = new Once<>(() -> known);
    }

    /** The first call of any method throws a {@link io.edgeai.core.error.ModelIntegrityException} where one cannot be read. */
    ModelVersions(ModelTexts texts) {
        this.entries = new Once<>(() -> Entries.of(texts.entries()));
    }

    SortedMap<Integer, Entry> entries() {
        return entries.get().all();
    }

    /** The version that answers in each environment where one does. */
    Map<String, Entry> active() {
        return entries.get().active();
    }

    /** The version that answers in the default environment. */
    @Nullable
    Entry byDefault() {
        return entries.get().byDefault();
    }
}
