package io.edgeai.core.registry;

import static io.edgeai.core.model.Stage.REGISTERED;
import static io.edgeai.core.model.Stage.SUPERSEDED;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Which stage may follow which. */
final class Transitions {
    static final Set<Stage> PROMOTE_FROM = Collections.unmodifiableSet(EnumSet.of(REGISTERED, SUPERSEDED));
    static final Set<Stage> RETIRE_FROM = Collections.unmodifiableSet(EnumSet.of(REGISTERED, SUPERSEDED));

    private Transitions() {}

    static LifecycleException refused(Entry entry, String what, Set<Stage> from, List<Entry> others) {
        String repair = !others.isEmpty()
                ? "use one of " + others.stream().map(Entry::ref).toList()
                : entry.stage() == Stage.ACTIVE
                        ? "promote another version first"
                        : entry.stage() == Stage.RETIRED ? "register it again as a new version" : "retire it first";
        return new LifecycleException("Version (" + entry.ref() + ") is (" + entry.stage() + ") and cannot be " + what
                + "; that needs " + from + ". Maybe " + repair + ".");
    }

    static ModelVersion at(ModelVersion version, Stage stage) {
        return new ModelVersion(
                version.ref(),
                version.format(),
                version.workload(),
                version.digest(),
                version.sizeBytes(),
                version.signature(),
                version.parent(),
                version.derivation(),
                stage,
                version.registeredAt(),
                version.tags());
    }
}
