package io.edgeai.core.registry;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A model's versions in a snapshot, by number, and which of them answer. Never changes; thread-safe. What was read as texts
 * becomes objects when it is first asked for. All is in one object, since each step that {@link EdgeModelRegistry#active} takes
 * in memory costs a fetch.
 */
final class ModelVersions {
    private @Nullable ModelTexts texts;
    private SortedMap<Integer, Entry> entries = Collections.emptySortedMap();
    private Map<String, Entry> active = Map.of();
    private @Nullable Entry byDefault;

    /** Written last and read first, so that who sees it sees the rest. */
    private volatile boolean read;

    ModelVersions(SortedMap<Integer, Entry> entries) {
        know(entries);
    }

    ModelVersions(ModelTexts texts) {
        this.texts = texts;
    }

    private void know(SortedMap<Integer, Entry> all) {
        Map<String, Entry> answering = new HashMap<>();
        for (Entry entry : all.values()) {
            for (Deployment deployment : entry.standing().deployments().values()) {
                if (deployment.stage().answers()) {
                    answering.put(deployment.environment(), entry);
                }
            }
        }
        entries = all;
        active = Map.copyOf(answering);
        byDefault = answering.get(EdgeModelRegistry.DEFAULT_ENVIRONMENT);
        texts = null;
        read = true;
    }

    private synchronized void read() {
        ModelTexts unread = texts;
        if (unread != null) {
            know(unread.entries());
        }
    }

    /** @throws io.edgeai.core.error.ModelIntegrityException where a text is none that this version of the library knows */
    SortedMap<Integer, Entry> entries() {
        if (!read) {
            read();
        }
        return entries;
    }

    /** The version that answers in each environment where one does; throws as {@link #entries}. */
    Map<String, Entry> active() {
        if (!read) {
            read();
        }
        return active;
    }

    /** The version that answers in the default environment; throws as {@link #entries}. */
    @Nullable
    Entry byDefault() {
        if (!read) {
            read();
        }
        return byDefault;
    }
}
