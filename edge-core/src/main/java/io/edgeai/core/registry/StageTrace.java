package io.edgeai.core.registry;

import io.edgeai.core.event.StageChanged;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Follows the audit entry by entry and says which stages each of them changed where. Not thread-safe. */
final class StageTrace {
    private final Map<VersionRef, SortedMap<String, Stage>> deployed = new HashMap<>();

    /** @param start what the versions are before the first entry */
    StageTrace(Snapshot start) {
        for (Entry entry : start.all()) {
            for (Deployment deployment : entry.standing().deployments().values()) {
                places(entry.ref()).put(deployment.environment(), deployment.stage());
            }
        }
    }

    List<StageChanged> follow(AuditEntry entry) {
        if (entry.from().isEmpty() || entry.to().isEmpty()) {
            return List.of(); // registered, or no move
        }
        Stage to = entry.to().get();
        return entry.environment().isEmpty()
                ? everywhere(entry, to)
                : here(entry, entry.from().get(), to);
    }

    private List<StageChanged> here(AuditEntry entry, Stage from, Stage to) {
        SortedMap<String, Stage> places = places(entry.ref());
        if (to.deployed()) {
            places.put(entry.environment(), to);
        } else {
            places.remove(entry.environment());
        }
        return from == to ? List.of() : List.of(changed(entry, entry.environment(), from, to));
    }

    private List<StageChanged> everywhere(AuditEntry entry, Stage to) {
        SortedMap<String, Stage> before = places(entry.ref());
        deployed.remove(entry.ref());
        // Only what is validated is deployed anywhere, and is that where it is not.
        Stage elsewhere = before.isEmpty() ? entry.from().orElse(to) : Stage.VALIDATED;
        before.putIfAbsent(EdgeModelRegistry.DEFAULT_ENVIRONMENT, elsewhere);
        List<StageChanged> events = new ArrayList<>();
        before.forEach((place, from) -> events.add(changed(entry, place, from, to)));
        return events;
    }

    private SortedMap<String, Stage> places(VersionRef ref) {
        return deployed.computeIfAbsent(ref, version -> new TreeMap<>());
    }

    private static StageChanged changed(AuditEntry entry, String place, Stage from, Stage to) {
        return new StageChanged(entry.ref(), place, from, to, entry.at());
    }
}
