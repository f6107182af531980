package io.edgeai;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.event.HealthChanged;
import io.edgeai.core.model.HealthLevel;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.Deployment;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.registry.Lifecycle;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in the registry, as degraded, that the active version of a model does poorly here, and takes that back once its
 * health has been good for ten minutes; what somebody else noted is theirs. Which version was noted is kept in the home, for
 * the process after this one. Thread-safe.
 */
final class Degradation {
    private static final Logger LOG = LoggerFactory.getLogger(Degradation.class);
    private static final Duration RECOVERY = Duration.ofMinutes(10);

    private final EdgeModelRegistry registry;
    private final Lifecycle life;
    private final String model;
    private final HealthLevel worst;
    private final Clock clock;
    private final StateFile<Noted> file;
    private @Nullable VersionRef noted;
    private @Nullable Instant goodSince;

    /** What outlives the process: the version; empty where none is noted. */
    record Noted(String version) {}

    /** @param worst the best level that is noted: {@link HealthLevel#POOR}, or {@link HealthLevel#FAIR} for that one too */
    Degradation(EdgeModelRegistry registry, Lifecycle life, String model, HealthLevel worst, Clock clock) {
        this.registry = registry;
        this.life = life;
        this.model = model;
        this.worst = worst;
        this.clock = clock;
        this.file = new StateFile<>(registry.home(), "degraded", Serving.kept(model, life.environment()), Noted.class);
        this.noted = file.read()
                .map(Noted::version)
                .filter(version -> !version.isEmpty())
                .map(VersionRef::parse)
                .filter(this::degraded)
                .orElse(null);
    }

    void heard(HealthChanged health) {
        if (!health.version().model().name().equals(model)) {
            return;
        }
        if (health.to() == HealthLevel.POOR || health.to() == worst) {
            String score = String.format(Locale.ROOT, "%.0f", health.score());
            note(health.version(), "health " + score + " of 100: " + health.cause());
        }
        synchronized (this) {
            if (health.version().equals(noted)) {
                goodSince = health.to() == HealthLevel.GOOD ? clock.instant() : null;
            }
        }
    }

    /** An alert asked for a way back, and there is none. */
    void alerted(VersionRef version, String why) {
        note(version, why);
    }

    /** Holds no lock, since who hears of the registry's change may hold one that is waited for here. */
    private void note(VersionRef version, String why) {
        boolean active = registry.findActive(model, life.environment())
                .map(ModelVersion::ref)
                .filter(version::equals)
                .isPresent();
        if (!active || degraded(version)) {
            return;
        }
        try {
            var unused = life.degrade(version, why);
            LOG.warn("{} is degraded: {}", version, why);
            remember(version);
        } catch (EdgeException e) {
            LOG.warn("It is not noted that {} does poorly ({}): {}", version, why, e.getMessage());
        }
    }

    /** Takes a note back where it is time; called every half second. */
    void act() {
        VersionRef version;
        synchronized (this) {
            version = noted;
            Instant since = goodSince;
            if (version == null || since == null || clock.instant().isBefore(since.plus(RECOVERY))) {
                return;
            }
            goodSince = clock.instant(); // where it fails, again after another while
        }
        try {
            if (degraded(version)) {
                var unused = life.recover(version, "its health has been good for " + RECOVERY.toMinutes() + " minutes");
                LOG.info("{} is not degraded any more", version);
            }
            remember(null);
        } catch (EdgeException e) {
            LOG.warn("{} stays degraded: {}", version, e.getMessage());
        }
    }

    private synchronized void remember(@Nullable VersionRef version) {
        noted = version;
        goodSince = null;
        file.write(new Noted(version == null ? "" : version.toString()));
    }

    private boolean degraded(VersionRef version) {
        Deployment here = registry.deployed(model, life.environment()).get(version);
        return here != null && here.stage() == Stage.DEGRADED;
    }
}
