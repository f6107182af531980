package io.edgeai.monitor;

import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.VersionRef;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The watched versions, each from when it is first asked for until it is forgotten. Thread-safe. */
final class WatchedVersions {
    private final Map<VersionRef, VersionWatch> watches = new ConcurrentHashMap<>();
    private final Map<VersionRef, VersionWatch> view = Collections.unmodifiableMap(watches);
    private final Function<VersionRef, VersionWatch> opening;

    /** @param opening begins to watch a version, once */
    WatchedVersions(Function<VersionRef, VersionWatch> opening) {
        this.opening = opening;
    }

    /** What is known of a version, which is watched from now on. */
    VersionWatch watch(VersionRef version) {
        return watches.computeIfAbsent(version, opening);
    }

    /** @throws ModelNotFoundException where the version is not watched */
    VersionWatch known(VersionRef version) {
        VersionWatch watch = watches.get(version);
        if (watch == null) {
            throw notWatched(version.toString());
        }
        return watch;
    }

    /** @throws ModelNotFoundException where no version of the model is watched */
    List<VersionWatch> known(String model) {
        ModelId id = ModelId.of(model);
        List<VersionWatch> versions = watches.entrySet().stream()
                .filter(entry -> entry.getKey().model().equals(id))
                .map(Map.Entry::getValue)
                .toList();
        if (versions.isEmpty()) {
            throw notWatched(model);
        }
        return versions;
    }

    boolean contains(VersionRef version) {
        return watches.containsKey(version);
    }

    /** All as they are now and will be. */
    Map<VersionRef, VersionWatch> all() {
        return view;
    }

    Optional<VersionWatch> remove(VersionRef version) {
        return Optional.ofNullable(watches.remove(version));
    }

    private static ModelNotFoundException notWatched(String what) {
        return new ModelNotFoundException("Nothing is known of (" + what
                + "). Maybe give the monitor's factory() to the endpoint that serves it.");
    }
}
